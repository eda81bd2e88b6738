"""The gateway as it really is, and what it tells: late, stale, wrong, or nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from domain.errors import InvalidValue
from domain.identifiers import check_payment_id
from domain.money import Money
from domain.payment import Payment, PaymentKey, PaymentStatus
from ports.errors import WebhookNotAuthentic
from ports.payment_listing import FoundPayments
from ports.refund_desk import RefundDeclined, RefundOrder
from ports.webhook_authenticator import WebhookClaim
from tests.simulation.approvals import Approvals
from tests.simulation.character import PORTONE_V1, Character, Lists, RefundGuard, Searches
from tests.simulation.lies import OTHER_AMOUNT, OTHER_ORDER, STALE, Liar, untrue
from tests.simulation.port_calls import Fates

GIVEN_BACK = "gateway gives back what we ask for"
DECLINED = "gateway declines a refund"
CALLER_GONE = "refund comes through when nobody waits for its answer"
REFUNDS = (GIVEN_BACK, DECLINED, CALLER_GONE)
# An attempt that never came to money.
NOTHING_YET = (PaymentStatus.OPENED, PaymentStatus.FAILED)
# A page of its list shows so many payments: few, so that there is more than one page.
PAGE = 2


@dataclass(frozen=True, slots=True)
class Given:
    """Money that was given back, at that tick; without the id of a refund: in the console."""

    payment_id: str
    amount: Money
    at: int
    refund_id: str | None = None


@dataclass(slots=True)
class Told:
    """One answer, by its evidence; `asked_at` is the tick of the latest question it answered."""

    payment: Payment
    asked_at: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A webhook on its way; one that a stranger wrote has no signature of the gateway's."""

    claim: WebhookClaim
    is_signed: bool = True


class GatewayModel:
    """A `PaymentGateway`. `lives` holds each payment's true snapshots, oldest first."""

    def __init__(
        self,
        fates: Fates,
        liar: Liar,
        tick: Callable[[], int],
        now: Callable[[], datetime],
        counts: Counter[str],
        character: Character = PORTONE_V1,
    ) -> None:
        self.character = character
        self.name = character.name
        self._fates = fates
        self._liar = liar
        self._tick = tick
        self._now = now
        self._counts = counts
        self._news_at: dict[str, datetime] = {}
        self._journal: list[tuple[str, datetime]] = []
        self.lives: dict[str, list[Payment]] = {}
        self.order_ids: list[str] = []
        self.told: dict[str, Told] = {}
        # Payments of which something untrue was told, for whatever reason, and when last.
        self.lied_about: dict[str, int] = {}
        # Payments that it takes for those of another order, by their ids.
        self.confused: dict[str, str] = {}
        # All that was really given back, in the console too, in the order of its happening.
        self.given: list[Given] = []
        # The first answer to each order to give back, by its key.
        self._answered: dict[str, Payment | RefundDeclined] = {}
        self.approvals = Approvals(self, fates, tick, counts)
        # Its webhooks so far, for whoever has them come once more.
        self.sent: list[Envelope] = []

    def key_of(self, payment_id: str) -> PaymentKey:
        """What names a payment of this gateway everywhere."""
        return _key(self.name, payment_id)

    def read(self, envelope: Envelope) -> WebhookClaim:
        """What its `WebhookAuthenticator` makes of a webhook."""
        if self.character.webhooks.are_signed and not envelope.is_signed:
            raise WebhookNotAuthentic("signature")
        return envelope.claim

    def is_payment_id(self, text: str, /) -> bool:
        try:
            check_payment_id(text)
        except InvalidValue:
            return False
        return True

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        check_payment_id(payment_id)
        asked_at = self._tick()
        payment = self._look_up(payment_id)
        if await self._fates.on_the_wire(payment_id):
            payment = self._look_up(payment_id)
        return None if payment is None else self.tell(payment, asked_at)

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        return self._tell_all(payment_ids)

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        found = [id_ for id_, life in self.lives.items() if life[-1].order_id == order_id]
        if self.character.searches is Searches.ONE and len(found) > 1:
            took = [id_ for id_ in found if self.lives[id_][-1].status not in NOTHING_YET]
            found = took[:1] or found[-1:]
        return self._tell_all(found)

    async def list_page(
        self, since: datetime, until: datetime, shown: list[tuple[str, datetime]], /
    ) -> FoundPayments:
        """What has news in that time and was not shown yet; with newer news it comes again."""
        is_journal = self.character.lists is not Lists.LATEST
        news = self._journal if is_journal else self._news_at.items()
        rest = [item for item in news if since <= item[1] < until and item not in shown]
        shown += rest[:PAGE]
        return self._tell_all([id_ for id_, _ in rest[:PAGE]])

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives back, whether or not anybody still waits for the answer."""
        giving = asyncio.get_running_loop().create_task(self._give_back(order))
        try:
            return await asyncio.shield(giving)
        except asyncio.CancelledError:
            self._counts[CALLER_GONE] += 1
            raise

    async def _give_back(self, order: RefundOrder) -> Payment | RefundDeclined:
        asked_at = self._tick()
        await self._fates.on_the_wire(order.payment_id)
        guard = self.character.refunds
        if guard is not RefundGuard.REMAINING and order.refund_id in self._answered:
            return self._answers_again(order, asked_at)
        left = self.left(order.payment_id)
        if left != order.remaining or order.amount.amount_minor > left.amount_minor:
            return self._answers(order, RefundDeclined(reason="declined"))
        if guard is RefundGuard.LOOK_AND_KEY:
            # That was but a look: the refund itself comes after it, whatever happened meanwhile.
            await self._fates.on_the_wire(order.payment_id)
            if order.refund_id in self._answered:
                return self._answers_again(order, asked_at)
            left = self.left(order.payment_id)
            if left is None or order.amount.amount_minor > left.amount_minor:
                return self._answers(order, RefundDeclined(reason="declined"))
        self._counts[GIVEN_BACK] += 1
        given = self.gives(order.payment_id, order.amount, order.refund_id)
        return self._answers(order, self.tell(given, asked_at))

    def _answers(
        self, order: RefundOrder, answer: Payment | RefundDeclined
    ) -> Payment | RefundDeclined:
        is_declined = isinstance(answer, RefundDeclined)
        if is_declined:
            self._counts[DECLINED] += 1
        # Whoever looks first has not used the key for what the look has shown.
        if not (is_declined and self.character.refunds is RefundGuard.LOOK_AND_KEY):
            self._answered[order.refund_id] = answer
        return answer

    def _answers_again(self, order: RefundOrder, asked_at: int) -> Payment | RefundDeclined:
        answer = self._answered[order.refund_id]
        if isinstance(answer, RefundDeclined):
            return answer
        if self.character.refunds is RefundGuard.LOOK_AND_KEY:
            answer = self.truth(order.payment_id)
        return self.tell(answer, asked_at)

    def gives(self, payment_id: str, amount: Money, refund_id: str | None = None) -> Payment:
        """Gives back so much more of a payment; without a refund of ours: in the console."""
        life = self.lives[payment_id]
        before, evidence = life[-1], f"{payment_id}:{len(life)}"
        assert isinstance(before.cancelled, Money)
        minor = before.cancelled.amount_minor + amount.amount_minor
        cancelled = replace(amount, amount_minor=minor)
        is_whole = cancelled == before.total
        status = PaymentStatus.CANCELLED if is_whole else PaymentStatus.PARTIALLY_CANCELLED
        payment = replace(before, status=status, cancelled=cancelled, evidence=evidence)
        self.given.append(Given(payment_id, amount, self._tick(), refund_id))
        self.becomes(payment, self._now())
        return payment

    def left(self, payment_id: str) -> Money | None:
        """What the payment holds; None if it holds no money."""
        life = self.lives.get(payment_id)
        if life is None or not life[-1].holds_money:
            return None
        total, cancelled = life[-1].total, life[-1].cancelled
        assert isinstance(total, Money)
        assert isinstance(cancelled, Money)
        return total.minus(cancelled)

    def becomes(self, payment: Payment, now: datetime) -> None:
        """What is true of the payment from now on."""
        self.lives.setdefault(payment.key.payment_id, []).append(payment)
        # Whatever has news moves to the end of the list.
        self._news_at.pop(payment.key.payment_id, None)
        self._news_at[payment.key.payment_id] = now
        lists = self.character.lists
        if lists is Lists.JOURNAL or (
            lists is Lists.JOURNAL_OF_MONEY and payment.status not in NOTHING_YET
        ):
            self._journal.append((payment.key.payment_id, now))

    def truth(self, payment_id: str) -> Payment:
        """What is true of the payment now."""
        return self.lives[payment_id][-1]

    def tell(self, payment: Payment, asked_at: int) -> Payment:
        """Notes what is told, and of which question it is the answer."""
        before = self.told.get(payment.evidence)
        if before is None or before.asked_at < asked_at:
            self.told[payment.evidence] = Told(payment, asked_at)
        return payment

    def _tell_all(self, payment_ids: Sequence[str]) -> FoundPayments:
        asked_at = self._tick()
        found = [self._look_up(id_) for id_ in payment_ids]
        told = [self.tell(payment, asked_at) for payment in found if payment is not None]
        return FoundPayments(payments=told)

    def _look_up(self, payment_id: str) -> Payment | None:
        life = self.lives.get(payment_id)
        if life is None:
            return None
        told: Payment | None = life[-1]
        if payment_id in self.confused:
            other, evidence = self.confused[payment_id], f"{life[-1].evidence}:{OTHER_ORDER}"
            told = replace(life[-1], order_id=other, evidence=evidence)
        elif (kind := self._liar.lie()) is not None:
            told = self._lies(life, kind)
        if told is not life[-1]:
            self.lied_about[payment_id] = self._tick()
        return told

    def _lies(self, life: list[Payment], kind: str) -> Payment | None:
        if kind == STALE and len(life) == 1:
            return life[-1]
        if kind == OTHER_ORDER and len(self.order_ids) < 2:
            kind = OTHER_AMOUNT
        self._counts[kind] += 1
        return untrue(life, kind, self.order_ids)


@cache
def _key(gateway: str, payment_id: str) -> PaymentKey:
    return PaymentKey(gateway=gateway, payment_id=payment_id)


class MovingListing:
    """A `PaymentListing` of short pages, on which payments move while they are turned.

    Each page is asked for by a numbered call of the gateway.
    """

    longest_window = timedelta(days=30)

    def __init__(self, gateway: GatewayModel) -> None:
        self._gateway = gateway

    async def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        shown: list[tuple[str, datetime]] = []
        page = await self._gateway.list_page(since, until, shown)
        yield page
        while len(shown) % PAGE == 0 and shown:
            before = len(shown)
            page = await self._gateway.list_page(since, until, shown)
            if len(shown) == before:
                return
            yield page
