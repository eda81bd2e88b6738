"""Tend strays: try each again, and let go of those whose other side has come."""

from collections.abc import AsyncIterator, Sequence

from application.keep_stray import KeepStray
from application.reconcile import Going, Step
from application.settle_difference import SettleDifference
from application.tally import Tally
from domain.reconciliation import Cure, Difference
from domain.recorded_payment import RecordedPayment
from domain.tasks import AlertReason
from ports.payment_record import PaymentRecord
from ports.stray_payments import StrayPayment, StrayPayments

_DEALT_WITH = frozenset({Cure.SETTLED, Cure.STANDS})


class TendStrays:
    """Costs the gateway a question only where an order has come, or a payment was not there."""

    def __init__(
        self,
        strays: StrayPayments,
        record: PaymentRecord,
        settle: SettleDifference,
        keep_stray: KeepStray,
    ) -> None:
        self._strays = strays
        self._record = record
        self._settle = settle
        self._keep_stray = keep_stray

    async def __call__(self, gateway: str, tally: Tally, /) -> AsyncIterator[Step]:
        """Yields what it settled. An outage raises the port's error."""
        async for page in self._strays.walk():
            strays = [each for each in page if each.payment.key.gateway == gateway]
            order_ids = [each.payment.order_id for each in strays]
            orders = await self._record.known_orders(order_ids)
            for stray in strays:
                for difference in await self._tend(stray, orders, tally):
                    tally.found[difference.kind] += 1
                    yield difference
                yield Going()

    async def _tend(
        self, stray: StrayPayment, orders: frozenset[str], tally: Tally
    ) -> Sequence[Difference]:
        payment = stray.payment
        differences: Sequence[Difference] = ()
        if stray.reason is AlertReason.PAID_HERE_NOT_THERE:
            ours = RecordedPayment(payment=payment, settles=True)
            differences = await self._settle.not_there(ours, tally, dry_run=False)
            is_settled = not differences
        elif payment.order_id in orders:
            differences, is_settled = await self._settle_at_last(stray, tally)
        else:
            is_settled = False
        if is_settled:
            await self._strays.drop(payment.key)
        elif not stray.told:
            await self._keep_stray.tell(stray)
        return differences

    async def _settle_at_last(
        self, stray: StrayPayment, tally: Tally
    ) -> tuple[Sequence[Difference], bool]:
        """Its order has come. Perhaps somebody has knocked for it, and it is settled already."""
        key = stray.payment.key
        if await self._record.find_recorded(key.gateway, [key.payment_id]):
            return (), True
        differences = await self._settle.there(stray.payment, None, tally, dry_run=False)
        return differences, all(each.cure in _DEALT_WITH for each in differences)
