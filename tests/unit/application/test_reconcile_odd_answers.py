"""Lists that misbehave, answers that make no sense, outages: nothing wrong follows from them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from application.reconcile import Reconcile
from domain.order import OrderStatus
from domain.payment import PaymentStatus
from domain.reconciliation import DifferenceKind
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RecordCorrupt,
)
from ports.payment_listing import FoundPayments
from ports.payment_record import RecordedPayments
from tests.support.factories import ORDER_ID, a_key, a_payment, an_order, won
from tests.support.reconciliation import (
    PAID,
    Listed,
    Run,
    reconciled,
    with_listing,
    with_search,
)
from tests.support.shop import Shop, settled_order

K = DifferenceKind


async def test_a_list_that_repeats_itself_tells_each_thing_once() -> None:
    shop = Shop()
    under = replace(PAID, total=won(999))
    shop.keep()
    shop.gateway.put(under)

    run = await Run(shop, with_listing(shop, Listed([[under, under], [under]])))()

    assert run.found == [("under", "settled")]
    assert (run.tally.pages, run.tally.payments) == (2, 1)
    assert run.tally.found == {K.UNDER: 1}


async def test_an_older_word_in_the_list_never_overwrites_the_gateways_newest() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    await Run(shop, with_listing(shop, Listed([[PAID]])))()

    assert shop.order().status is OrderStatus.REFUNDED


async def test_an_unreadable_payment_is_said_and_nothing_is_concluded() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))

    run = await Run(shop, with_listing(shop, Listed([[PAID.key.payment_id, ""]])))()

    assert run.found == [("unreadableThere", "nothing")] * 2
    assert [each.payment_id for each in run.differences] == [PAID.key.payment_id, ""]
    assert shop.store.strays == {}
    assert shop.notifier.accepted == []


async def test_an_answer_without_an_id_may_be_any_of_those_asked_for() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    reconcile = with_search(shop, FoundPayments(payments=[], unreadable=[""]))

    run = await Run(shop, reconcile)()

    assert run.found == [("unreadableThere", "nothing")]
    assert shop.store.strays == {}


@pytest.mark.parametrize("error", [GatewayProtocolError("odd"), ConcurrentUpdate("lost")])
async def test_one_that_cannot_be_settled_now_is_left_for_later(error: PortError) -> None:
    shop = Shop()
    shop.keep(an_order(), an_order(order_id="order-2"))
    shop.gateway.put(PAID)
    shop.gateway.put(a_payment(key=a_key("imp_2"), order_id="order-2"))
    if isinstance(error, ConcurrentUpdate):
        for number in range(1, 21):
            shop.faults.fail("save", error, nth=number)
    else:
        shop.gateway_fails(error)

    run = await reconciled(shop)

    assert run.found == [("missingHere", "later"), ("missingHere", "settled")]
    assert [task.order_id for task in (r.task for r in shop.store.tasks.values())] == [ORDER_ID]


async def test_a_payment_that_is_not_there_and_cannot_be_asked_for_is_left_for_later() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    shop.gateway_fails(GatewayProtocolError("odd"))

    run = await reconciled(shop)

    assert run.found == [("paidHereNotThere", "later")]
    assert shop.store.strays == {}


@pytest.mark.parametrize("error", [GatewayUnavailable("away"), GatewayRefused("credentials")])
async def test_an_outage_stops_it_and_is_never_a_difference(error: PortError) -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(PAID)
    shop.gateway.faults.fail("find_payment", error)
    run = Run(shop)

    with pytest.raises(type(error)):
        await run()

    assert run.differences == []
    assert shop.order().history == ()


async def test_an_outage_of_the_list_stops_it() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    shop.gateway.put(PAID)

    with pytest.raises(GatewayUnavailable):
        await Run(shop, with_listing(shop, Listed([GatewayUnavailable("away")])))()

    assert shop.store.strays == {}


@pytest.mark.parametrize("calls", [1, 2])
async def test_one_broken_order_is_said_and_passed_over(calls: int) -> None:
    shop = Shop()
    shop.keep(an_order(), an_order(order_id="order-2"))
    shop.gateway.put(PAID)
    shop.gateway.put(a_payment(key=a_key("imp_2"), order_id="order-2"))
    # Read once to name the difference, and once by the settle rule.
    shop.faults.fail("find_by_id", RecordCorrupt("recordCorrupt", order_id=ORDER_ID), nth=calls)

    run = await reconciled(shop)

    broken = ("unreadableHere", "nothing") if calls == 1 else ("missingHere", "later")
    assert run.found[0] == broken
    assert run.found[1] == ("missingHere", "settled")


async def test_a_broken_order_of_a_payment_that_is_not_there_is_said() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    shop.faults.fail("find_by_id", RecordCorrupt("recordCorrupt", order_id=ORDER_ID))

    run = await reconciled(shop)

    assert run.found == [("unreadableHere", "nothing")]


async def test_broken_payments_of_the_record_are_said_and_passed_over() -> None:
    shop = Shop()
    record = BrokenRecord()
    reconcile = Reconcile(
        shop.gateway,
        shop.gateway,
        shop.gateway,
        record,  # type: ignore[arg-type]
        shop.settle_difference,
        shop.clock,
        shop.policy,
    )

    run = await Run(shop, reconcile)()

    assert [(each.kind, each.order_id) for each in run.differences] == [
        (K.UNREADABLE_HERE, "order-broken")
    ]


class BrokenRecord:
    """A record in which one payment cannot be understood."""

    async def find_recorded(self, *_: object) -> dict[str, object]:
        return {}

    async def paid_between(self, *_: object) -> AsyncIterator[object]:
        yield RecordedPayments(payments=[], unreadable=["order-broken"])

    async def open_orders(self, *_: object) -> AsyncIterator[list[str]]:
        for order_ids in list[list[str]]():
            yield order_ids
