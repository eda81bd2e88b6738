"""Strays are tried again on every sweep, and let go when their other side has come."""

from dataclasses import replace

import pytest

from application.reconcile import Going
from application.tally import Tally
from application.tend_strays import TendStrays
from domain.order import OrderStatus
from domain.payment import Payment
from domain.reconciliation import Difference
from domain.tasks import AlertReason
from ports.errors import GatewayProtocolError, GatewayUnavailable, NotifierUnavailable
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_order, won
from tests.support.shop import Shop, settled_order

PAID = a_payment()
WITHOUT_ORDER, NOT_THERE = AlertReason.WITHOUT_ORDER, AlertReason.PAID_HERE_NOT_THERE


async def tended(shop: Shop) -> list[tuple[str, str]]:
    tally = Tally()
    tend = TendStrays(shop.strays, shop.record, shop.settle_difference, shop.keep_stray)
    steps = [step async for step in tend(GATEWAY, tally)]
    found = [step for step in steps if isinstance(step, Difference)]
    assert sum(tally.found.values()) == len(found)
    assert all(isinstance(step, Difference | Going) for step in steps)
    return [(str(each.kind), str(each.cure)) for each in found]


async def kept(shop: Shop, payment: Payment, reason: AlertReason = WITHOUT_ORDER) -> None:
    await shop.keep_stray(payment, reason)
    shop.notifier.accepted.clear()


async def test_a_stray_without_its_order_stays_and_asks_nobody() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    await kept(shop, PAID)

    assert await tended(shop) == []
    assert list(shop.store.strays) == [PAID.key]
    assert shop.gateway.questions == {}
    assert shop.notifier.accepted == []


async def test_a_stray_is_settled_when_its_order_has_come() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    await kept(shop, PAID)
    shop.keep()

    assert await tended(shop) == [("missingHere", "settled")]
    assert shop.order().status is OrderStatus.PAID
    assert shop.store.strays == {}


async def test_a_stray_of_another_amount_is_a_forgery_of_its_order() -> None:
    shop = Shop()
    wrong = replace(PAID, total=won(5))
    shop.gateway.put(wrong)
    await kept(shop, wrong)
    shop.keep()

    assert await tended(shop) == [("under", "settled")]
    assert shop.store.strays == {}


async def test_a_stray_that_somebody_settled_meanwhile_is_let_go() -> None:
    shop = Shop()
    await kept(shop, PAID)
    shop.keep(settled_order(PAID))

    assert await tended(shop) == []
    assert shop.store.strays == {}
    assert shop.gateway.questions == {}


async def test_a_stray_that_cannot_be_settled_now_stays() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    await kept(shop, PAID)
    shop.keep()
    shop.gateway_fails(GatewayProtocolError("odd"))

    assert await tended(shop) == [("missingHere", "later")]
    assert list(shop.store.strays) == [PAID.key]


async def test_an_outage_stops_it() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    await kept(shop, PAID)
    shop.keep()
    shop.gateway_fails(GatewayUnavailable("away"))

    with pytest.raises(GatewayUnavailable):
        await tended(shop)

    assert list(shop.store.strays) == [PAID.key]


async def test_a_payment_that_is_there_again_is_let_go() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    await kept(shop, PAID, NOT_THERE)

    still_gone = await tended(shop)
    shop.gateway.put(PAID)
    back = await tended(shop)

    assert (still_gone, back) == ([("paidHereNotThere", "kept")], [])
    assert shop.store.strays == {}
    assert shop.notifier.accepted == []


async def test_a_person_who_could_not_be_told_is_told_now() -> None:
    shop = Shop()
    shop.notifier.faults.fail("send", NotifierUnavailable("away"))
    await shop.keep_stray(PAID, WITHOUT_ORDER)

    for _ in range(2):
        await tended(shop)

    assert len(shop.notifier.accepted) == 1


async def test_strays_of_another_gateway_are_another_sweeps() -> None:
    shop = Shop()
    other = a_payment(key=a_key("imp_1", "portone-v9"))
    await shop.strays.keep(other, WITHOUT_ORDER, NOON)
    shop.keep(an_order())

    assert await tended(shop) == []
    assert list(shop.store.strays) == [other.key]
