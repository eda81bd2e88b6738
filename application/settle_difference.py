"""Settle a difference: name what a gateway says otherwise, and send it through the settle rule."""

from collections.abc import Sequence

from application.difference_rows import (
    difference,
    of_recorded,
    said,
    stands,
    unreadable_here,
)
from application.keep_stray import KeepStray
from application.tally import Tally
from application.verify_payment import (
    Knock,
    PaymentNotFound,
    Settled,
    Verdict,
    VerifyPayment,
)
from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from domain.order import Order, Trigger
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.reconciliation import (
    Cure,
    Difference,
    DifferenceKind,
    is_play_money,
    may_be_money,
    name_differences,
)
from domain.recorded_payment import RecordedPayment
from domain.tasks import AlertReason
from ports.clock import Clock
from ports.errors import ConcurrentUpdate, GatewayProtocolError, RecordCorrupt
from ports.order_repository import OrderRepository

# What keeps one payment from being settled now, and no other. A look for later is stored.
_LATER = (GatewayProtocolError, ConcurrentUpdate)


class SettleDifference:
    """Cures one difference at a time. An outage raises the port's error; nothing else stops it.

    A dry run reads our record alone, and changes nothing at all.
    """

    def __init__(
        self,
        orders: OrderRepository,
        verify_payment: VerifyPayment,
        keep_stray: KeepStray,
        clock: Clock,
        policy: Policy,
    ) -> None:
        self._orders = orders
        self._verify_payment = verify_payment
        self._keep_stray = keep_stray
        self._clock = clock
        self._policy = policy

    async def there(
        self, payment: Payment, recorded: RecordedPayment | None, tally: Tally, *, dry_run: bool
    ) -> Sequence[Difference]:
        """What a payment that the gateway shows differs in, after it is settled."""
        now, gateway = self._clock.now(), payment.key.gateway
        if recorded is not None and recorded.agrees_with(payment, now, self._policy):
            # Known, told and unchanged: only the money still lies where it should not.
            return [of_recorded(DifferenceKind.SURPLUS, recorded, said(payment), Cure.STANDS)]
        order_id = payment.order_id if recorded is None else recorded.payment.order_id
        try:
            order = await self._find(order_id)
        except RecordCorrupt:
            return [unreadable_here(gateway, order_id, payment.key.payment_id, said(payment))]
        if order is None:
            return await self._without_order(payment, dry_run=dry_run)
        kinds = name_differences(order, payment, now, self._policy)
        cure = Cure.NOTHING
        if not dry_run:
            cure = await self._settle(order, payment, tally)
        here = stands(order, payment.key)
        return [
            difference(kind, payment.key, order_id, here, said(payment), cure) for kind in kinds
        ]

    async def not_there(
        self, recorded: RecordedPayment, tally: Tally, *, dry_run: bool
    ) -> Sequence[Difference]:
        """What to do about a payment of ours that the gateway does not show."""
        kind = DifferenceKind.UNKNOWN_THERE
        if recorded.payment.holds_money:
            kind = DifferenceKind.PAID_HERE_NOT_THERE
        if dry_run:
            return [of_recorded(kind, recorded, "unknown", Cure.NOTHING)]
        try:
            verdict = await self._verify(recorded.payment.order_id, recorded.payment.key, tally)
        except RecordCorrupt:
            key = recorded.payment.key
            return [
                unreadable_here(key.gateway, recorded.payment.order_id, key.payment_id, "unknown")
            ]
        except _LATER:
            return [of_recorded(kind, recorded, "unreadable", Cure.LATER)]
        if not isinstance(verdict, PaymentNotFound):
            return []  # asked alone, the gateway shows it
        if kind is DifferenceKind.PAID_HERE_NOT_THERE:
            await self._keep_stray(recorded.payment, AlertReason.PAID_HERE_NOT_THERE)
            return [of_recorded(kind, recorded, "unknown", Cure.KEPT)]
        return [of_recorded(kind, recorded, "unknown", Cure.STANDS)]

    async def _find(self, order_id: str) -> Order | None:
        try:
            check_order_id(order_id)
        except InvalidValue:
            return None
        return await self._orders.find_by_id(order_id)

    async def _settle(self, order: Order, payment: Payment, tally: Tally) -> Cure:
        try:
            verdict = await self._verify(order.order_id, payment.key, tally)
        except (*_LATER, RecordCorrupt):
            return Cure.LATER
        if isinstance(verdict, Settled):
            return Cure.STANDS if verdict.order.version == order.version else Cure.SETTLED
        # Listed, but not shown alone: a payment in a test channel, to a live shop.
        return Cure.NOTHING

    async def _verify(self, order_id: str, key: PaymentKey, tally: Tally) -> Verdict:
        tally.questions += 1
        # A claim of anything but what stands makes the settle rule ask, whatever the record says.
        knock = Knock(
            order_id=order_id, key=key, trigger=Trigger.RECONCILE, claimed=PaymentStatus.UNKNOWN
        )
        return await self._verify_payment(knock)

    async def _without_order(self, payment: Payment, *, dry_run: bool) -> Sequence[Difference]:
        if is_play_money(payment, self._policy):
            return []
        if not dry_run:
            # Without money too: its order may come yet, and what was money may be given back.
            await self._keep_stray(payment, AlertReason.WITHOUT_ORDER)
        if not may_be_money(payment, self._policy):
            return []
        return [
            difference(
                DifferenceKind.MISSING_HERE_WITHOUT_ORDER,
                payment.key,
                payment.order_id,
                "no such order",
                said(payment),
                Cure.NOTHING if dry_run else Cure.KEPT,
            )
        ]
