"""Requests that are still under way when the next try begins: one of them comes through, or none.

The desk loses replies, declines, and lets a request take effect at any moment of the next four
minutes, or never; the gateway compares what remained, as the port says, and so lets one through.
"""

import asyncio
from dataclasses import dataclass
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.history_audit import first_break
from domain.money import Money
from domain.order import OrderStatus
from domain.payment import Payment
from domain.refund import RefundStatus
from domain.tasks import refund_task
from ports.errors import GatewayUnavailable
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    a_payment,
    a_refund,
    an_entry,
    an_order,
    won,
)
from tests.support.shop import Shop

PAID = a_payment()
# A request is answered or declined at once, lost (None), or so many seconds under way.
ANSWERED, DECLINED, LONGEST_WAY_S = 0.0, -1.0, 240.0


@dataclass(frozen=True)
class UnderWay:
    """A request that will reach the gateway at that time."""

    order: RefundOrder
    at_s: float


class SlowDesk:
    """Takes each request, and answers only what has taken effect by then, and sometimes not."""

    def __init__(self, shop: Shop, fates: list[float | None]) -> None:
        self._shop = shop
        self._fates = fates
        self._numbers = count()
        self.under_way: list[UnderWay] = []

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        number = next(self._numbers)
        fate = self._fates[number] if number < len(self._fates) else ANSWERED
        if fate == ANSWERED:
            return await self._shop.gateway.refund(order)
        if fate == DECLINED:
            return RefundDeclined(reason="not now")
        if fate is not None:
            at_s = self._shop.clock.monotonic_s() + fate
            self.under_way.append(UnderWay(order, at_s))
        raise GatewayUnavailable("timeout")

    async def deliver(self) -> None:
        """Lets what has arrived by now take effect."""
        now_s = self._shop.clock.monotonic_s()
        for each in [each for each in self.under_way if each.at_s <= now_s]:
            self.under_way.remove(each)
            await self._shop.gateway.refund(each.order)


# Half seconds, as fine as time passes here, so that some arrive between a look and the next ask.
seconds = st.integers(1, 40).map(lambda halves: halves / 2)
outcomes = st.sampled_from([None, ANSWERED, DECLINED, 70.0, LONGEST_WAY_S])
fates = st.lists(outcomes | seconds, max_size=9)


async def carried_out(amounts: tuple[int, ...], fates: list[float | None]) -> Shop:
    shop = Shop()
    refunds = tuple(
        a_refund(refund_id=f"rf-{number}", amount=won(amount))
        for number, amount in enumerate(amounts)
    )
    shop.keep(
        an_order(
            payments=(PAID,),
            settled_by=PAID.key,
            status=OrderStatus.PAID,
            version=1,
            history=(an_entry(),),
            refunds=refunds,
        )
    )
    shop.gateway.put(PAID)
    desk = SlowDesk(shop, fates)

    async def time_passes(_call: str) -> None:
        shop.clock.advance(0.5)
        await desk.deliver()

    shop.around = time_passes
    shop.carry_out_refund._desks = {GATEWAY: desk}
    for each in refunds:
        await shop.queue.put(refund_task(ORDER_ID, each, NOON))
    for _ in range(400):
        await shop.run_tasks.run_due()
        if all(each.is_over for each in shop.order().refunds) and not desk.under_way:
            return shop
        shop.clock.advance(7.0)
    raise AssertionError("it does not come to an end")


@settings(max_examples=300)
@given(st.sampled_from([(300,), (1000,), (300, 300), (500, 500), (300, 700, 1)]), fates)
def test_each_refund_happens_once_if_and_only_if_it_is_called_done(
    amounts: tuple[int, ...], fates: list[float | None]
) -> None:
    shop = asyncio.run(carried_out(amounts, fates))

    order = shop.order()
    done = [each.refund_id for each in order.refunds if each.status is RefundStatus.DONE]
    happened = [each.refund_id for each in shop.gateway.refunds]
    assert sorted(happened) == sorted(done)
    payment = shop.gateway._payments[PAYMENT_ID]
    assert isinstance(payment.cancelled, Money)
    assert payment.cancelled.amount_minor == sum(
        each.amount.amount_minor for each in order.refunds if each.refund_id in done
    )
    assert payment.cancelled.amount_minor <= 1000
    assert first_break(order) is None
