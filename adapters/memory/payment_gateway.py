"""A payment gateway in memory, for tests and simulations: answers what it was told, or fails."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from adapters.memory.clock import ManualClock
from adapters.memory.faults import Faults
from domain.errors import InvalidValue
from domain.identifiers import check_order_id, check_payment_id
from domain.money import Money
from domain.payment import Payment, PaymentStatus
from ports.clock import Clock
from ports.errors import GatewayProtocolError
from ports.payment_approval import ApprovalDeclined
from ports.payment_listing import FoundPayments, check_window
from ports.refund_desk import RefundDeclined, RefundOrder

_LONGEST_WINDOW: Final = timedelta(days=90)
_NO_TIME_PASSES: Final = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


async def _at_once(about: str) -> None:
    """Waits for nothing."""


class MemoryPaymentGateway:
    """All that a gateway can do, over payments put into it: every port of a `GatewayConnection`.

    `questions` counts how often each id was asked for, `faults.calls` the calls of every method
    (of `pages`: the pages). `before_answer` is awaited after a call is counted and before it is
    carried out, with the payment or order id that it names, or "": set it to delay an answer, or
    to let other things happen meanwhile. `refunds` are the orders carried out, `amounts` those
    registered. The clock tells when news came, and that no window ends in the future.
    """

    def __init__(
        self, name: str = "memory", *, clock: Clock = _NO_TIME_PASSES, page_size: int = 1000
    ) -> None:
        self._name = name
        self._clock = clock
        self._page_size = page_size
        self._payments: dict[str, Payment] = {}
        self._news_at: dict[str, datetime] = {}
        self._spoilt: set[str] = set()
        self.faults = Faults()
        self.questions: Counter[str] = Counter()
        self.before_answer: Callable[[str], Awaitable[None]] = _at_once
        self.refunds: list[RefundOrder] = []
        self.amounts: dict[str, Money] = {}
        self.approvals: list[str] = []
        self.declines: dict[str, str] = {}

    def put(self, payment: Payment, *, at: datetime | None = None) -> None:
        """Makes the payment known, or replaces what was known of it: news of `at`, or of now."""
        if payment.key.gateway != self._name:
            raise InvalidValue("gateway", "is not this gateway's name")
        payment_id = payment.key.payment_id
        self._payments[payment_id] = payment
        self._news_at[payment_id] = at or self._clock.now()
        self._spoilt.discard(payment_id)

    def forget(self, payment_id: str) -> None:
        """Makes the payment unknown."""
        self._payments.pop(payment_id, None)
        self._news_at.pop(payment_id, None)

    def spoil(self, payment_id: str) -> None:
        """Makes the answer about this payment unreadable until it is put in again."""
        self._spoilt.add(payment_id)

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text could name a payment anywhere."""
        try:
            check_payment_id(text)
        except InvalidValue:
            return False
        return True

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment last put in, or None; see the port."""
        check_payment_id(payment_id)
        self.questions[payment_id] += 1
        with self.faults.around("find_payment"):
            await self.before_answer(payment_id)
            if payment_id in self._spoilt:
                raise GatewayProtocolError("spoilt")
            return self._payments.get(payment_id)

    @property
    def longest_window(self) -> timedelta:
        """Ninety days, as at PortOne."""
        return _LONGEST_WINDOW

    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """What was put in during the window, as it is when its page is turned; see the port."""
        check_window(since, until, longest=_LONGEST_WINDOW, now=self._clock.now())
        return self._turn_pages(since, until)

    async def _turn_pages(self, since: datetime, until: datetime) -> AsyncIterator[FoundPayments]:
        ids = [each for each, at in self._news_at.items() if since <= at < until]
        for start in range(0, len(ids), self._page_size) or (0,):
            with self.faults.around("pages"):
                await self.before_answer("")
                page = ids[start : start + self._page_size]
                # News came meanwhile: it belongs to a later window.
                found = self._found(each for each in page if self._is_within(each, since, until))
            if len(found):
                yield found

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        """Those that were put in; see the port."""
        for payment_id in payment_ids:
            check_payment_id(payment_id)
        with self.faults.around("find_payments"):
            await self.before_answer("")
            return self._found(dict.fromkeys(payment_ids))

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        """Those put in that name the order; see the port."""
        check_order_id(order_id)
        with self.faults.around("find_payments_of_order"):
            await self.before_answer(order_id)
            payments = self._payments.items()
            return self._found([key for key, each in payments if each.order_id == order_id])

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Carries the order out, or declines it; a fault `after` loses the reply. See the port."""
        check_payment_id(order.payment_id)
        with self.faults.around("refund"):
            await self.before_answer(order.payment_id)
            payment = self._payments.get(order.payment_id)
            if payment is None or not payment.holds_money:
                return RefundDeclined(reason="there is nothing to refund")
            after = _refunded(payment, order)
            if isinstance(after, Payment):
                self.put(after)
                self.refunds.append(order)
            return after

    async def register_amount(self, order_id: str, amount: Money, /) -> None:
        """Keeps the amount in `amounts`; see the port."""
        check_order_id(order_id)
        with self.faults.around("register_amount"):
            await self.before_answer(order_id)
            self.amounts[order_id] = amount

    async def approve(
        self, payment_id: str, order_id: str, amount: Money, _token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Pays what awaits it, by an account if it was put in with one. See the port."""
        check_payment_id(payment_id)
        with self.faults.around("approve"):
            await self.before_answer(payment_id)
            payment = self._payments.get(payment_id)
            if payment is None:
                return ApprovalDeclined(reason="there is no such payment")
            if payment.awaits_approval:
                reason = self.declines.get(payment_id)
                if reason is None and (payment.order_id, payment.total) != (order_id, amount):
                    reason = "order or amount differs"
                if reason is not None:
                    return ApprovalDeclined(reason=reason)
                payment = _approved(payment, self._clock.now())
                self.put(payment)
                self.approvals.append(payment_id)
            return payment

    def _is_within(self, payment_id: str, since: datetime, until: datetime) -> bool:
        at = self._news_at.get(payment_id)
        return at is not None and since <= at < until

    def _found(self, payment_ids: Iterable[str]) -> FoundPayments:
        known = [each for each in payment_ids if each in self._payments]
        return FoundPayments(
            payments=tuple(self._payments[each] for each in known if each not in self._spoilt),
            unreadable=tuple(each for each in known if each in self._spoilt),
        )


def _approved(payment: Payment, now: datetime) -> Payment:
    has_account = payment.virtual_account is not None
    after = replace(
        payment,
        status=PaymentStatus.AWAITING_DEPOSIT if has_account else PaymentStatus.PAID,
        awaits_approval=False,
        paid_at=None if has_account else now,
        evidence="",
    )
    return replace(after, evidence=_evidence(after))


def _refunded(payment: Payment, order: RefundOrder) -> Payment | RefundDeclined:
    total, cancelled = payment.total, payment.cancelled
    if not isinstance(total, Money) or not isinstance(cancelled, Money):
        return RefundDeclined(reason="the amount is unreadable")
    if total.currency != cancelled.currency or order.amount.currency != total.currency:
        return RefundDeclined(reason="the currencies differ")
    remaining = total.minus(cancelled)
    if order.remaining != remaining:
        return RefundDeclined(reason=f"{remaining} remain")
    if order.amount.amount_minor > remaining.amount_minor:
        return RefundDeclined(reason=f"only {remaining} remain")
    if payment.virtual_account is not None and order.account is None:
        return RefundDeclined(reason="a refund account is needed")
    given_minor = cancelled.amount_minor + order.amount.amount_minor
    is_all = given_minor == total.amount_minor
    after = replace(
        payment,
        status=PaymentStatus.CANCELLED if is_all else PaymentStatus.PARTIALLY_CANCELLED,
        cancelled=Money(amount_minor=given_minor, currency=total.currency),
        evidence="",
    )
    return replace(after, evidence=_evidence(after))


def _evidence(payment: Payment) -> str:
    return sha256(repr(payment).encode()).hexdigest()
