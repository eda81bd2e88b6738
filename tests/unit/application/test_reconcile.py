"""The gateway's list and our record are compared both ways, and what differs is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.reconcile import Reconcile, SliceDone
from application.tally import Tally
from domain.order import Order, OrderStatus, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.reconciliation import Cure, Difference, DifferenceKind
from domain.tasks import AlertReason
from ports.payment_listing import FoundPayments
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    an_account,
    an_order,
    evidence,
    won,
)
from tests.support.reconciliation import (
    PAID,
    SINCE,
    Listed,
    Run,
    reconciled,
    with_listing,
    with_search,
)
from tests.support.shop import Shop, settled_order

K = DifferenceKind
HOUR = timedelta(hours=1)
AWAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)


async def test_two_equal_records_cost_one_page_and_no_question() -> None:
    shop = Shop()
    for number in range(20):
        payment = a_payment(key=a_key(f"imp_{number}"), order_id=f"order-{number}")
        shop.keep(settled_order(payment, order_id=f"order-{number}"))
        shop.gateway.put(payment)

    run = await reconciled(shop)

    assert run.found == []
    assert (run.tally.pages, run.tally.payments, run.tally.questions) == (1, 20, 0)
    assert "find_payment" not in shop.gateway.faults.calls


async def test_a_payment_that_nobody_told_us_of_is_settled() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(PAID)

    run = await reconciled(shop)

    assert run.differences == [
        Difference(
            kind=K.MISSING_HERE,
            gateway=GATEWAY,
            payment_id=PAID.key.payment_id,
            order_id=ORDER_ID,
            here="order pending 1000 KRW",
            there="paid 1000 KRW",
            cure=Cure.SETTLED,
        )
    ]
    assert shop.order().status is OrderStatus.PAID
    assert [entry.trigger for entry in shop.order().history] == [Trigger.RECONCILE]
    assert run.tally.found == {K.MISSING_HERE: 1}


CURED: dict[str, tuple[Order, Payment, tuple[str, str], OrderStatus]] = {
    "refunded": (
        settled_order(PAID),
        a_payment(status=PaymentStatus.CANCELLED),
        ("refundedThere", "settled"),
        OrderStatus.REFUNDED,
    ),
    "deposited": (
        an_order(payments=(AWAITING,), status=OrderStatus.AWAITING_DEPOSIT),
        PAID,
        ("missingHere", "settled"),
        OrderStatus.PAID,
    ),
    "second payment": (
        settled_order(a_payment(key=a_key("imp_first"))),
        PAID,
        ("surplus", "settled"),
        OrderStatus.PAID,
    ),
    "too much": (
        an_order(),
        replace(PAID, total=won(2000)),
        ("over", "settled"),
        OrderStatus.PENDING,
    ),
    "failed here, paid there": (
        an_order(payments=(a_payment(status=PaymentStatus.FAILED),)),
        PAID,
        ("missingHere", "settled"),
        OrderStatus.PAID,
    ),
    "paid here, failed there": (
        settled_order(PAID),
        a_payment(status=PaymentStatus.FAILED, evidence=evidence("another answer")),
        ("paidHereNotThere", "settled"),
        OrderStatus.PAID,
    ),
    "bound to one order, names another": (
        settled_order(PAID),
        replace(PAID, order_id="order-0002"),
        ("otherOrder", "settled"),
        OrderStatus.PAID,
    ),
}


@pytest.mark.parametrize(("order", "there", "found", "status"), CURED.values(), ids=CURED)
async def test_what_differs_goes_through_the_settle_rule(
    order: Order, there: Payment, found: tuple[str, str], status: OrderStatus
) -> None:
    shop = Shop()
    shop.keep(order)
    shop.gateway.put(there)

    run = await reconciled(shop)

    assert [each for each in run.found if each[0] == found[0]] == [found]
    assert shop.order().status is status


async def test_a_difference_that_stands_changes_nothing_again() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(replace(PAID, total=won(999)))

    first, second = await reconciled(shop), await reconciled(shop)

    assert (first.found, second.found) == ([("under", "settled")], [("under", "stands")])
    assert len(shop.order().history) == 1


async def test_a_known_surplus_is_shown_and_asks_nobody() -> None:
    shop = Shop()
    first = a_payment(key=a_key("imp_first"))
    shop.keep(settled_order(first, PAID))
    for payment in (first, PAID):
        shop.gateway.put(payment)

    run = await reconciled(shop)

    assert run.found == [("surplus", "stands")]
    assert run.tally.questions == 0


@pytest.mark.parametrize("status", [PaymentStatus.OPENED, PaymentStatus.FAILED])
async def test_an_attempt_that_came_to_nothing_is_no_difference(status: PaymentStatus) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(key=a_key("imp_first"))))
    shop.gateway.put(a_payment(key=a_key("imp_first")))
    shop.gateway.put(a_payment(status=status))

    run = await reconciled(shop)

    assert (run.found, run.tally.questions) == ([], 0)


@pytest.mark.parametrize("order_id", ["order-unknown", "주문 #1", "." * 3, "x" * 41])
async def test_money_without_an_order_is_kept_and_told_once(order_id: str) -> None:
    shop = Shop()
    shop.gateway.put(replace(PAID, order_id=order_id))

    first, second = await reconciled(shop), await reconciled(shop)

    assert first.found == second.found == [("missingHereWithoutOrder", "kept")]
    assert first.differences[0].order_id == order_id
    assert list(shop.store.strays) == [PAID.key]
    assert len(shop.notifier.accepted) == 1
    assert first.tally.questions == 0


async def test_what_was_given_back_without_an_order_is_kept_and_is_no_difference() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    await reconciled(shop)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    run = await reconciled(shop)

    assert run.found == []
    (stray,) = shop.store.strays.values()
    assert stray.payment.status is PaymentStatus.CANCELLED


async def test_what_came_to_no_money_without_an_order_is_kept_untold() -> None:
    shop = Shop()
    shop.gateway.put(replace(AWAITING, order_id="later"))

    run = await reconciled(shop)

    assert run.found == []
    assert shop.notifier.accepted == []
    shop.gateway.put(replace(PAID, order_id="later"))
    await reconciled(shop)
    assert len(shop.notifier.accepted) == 1


async def test_play_money_without_an_order_troubles_nobody() -> None:
    shop = Shop()
    shop.gateway.put(replace(PAID, mode=Mode.TEST))

    assert (await reconciled(shop)).found == []
    assert shop.store.strays == {}


async def test_play_money_that_is_listed_but_not_shown_alone_is_named() -> None:
    shop = Shop()
    shop.keep()
    listed = replace(PAID, mode=Mode.TEST)
    reconcile = with_listing(shop, Listed([[listed]]))

    run = await Run(shop, reconcile)()

    assert run.found == [("testMode", "nothing")]
    assert shop.order().history == ()


# --- here to there


async def test_a_paid_payment_that_is_not_there_is_kept_and_told_once() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))

    first, second = await reconciled(shop), await reconciled(shop)

    assert first.found == second.found == [("paidHereNotThere", "kept")]
    assert first.differences[0].here == "paid 1000 KRW"
    assert [stray.reason for stray in shop.store.strays.values()] == [
        AlertReason.PAID_HERE_NOT_THERE
    ]
    assert len(shop.notifier.accepted) == 1
    assert shop.order().status is OrderStatus.PAID


async def test_payments_that_the_list_does_not_show_are_looked_up_by_hundreds() -> None:
    shop = Shop()
    for number in range(250):
        payment = a_payment(key=a_key(f"imp_{number}"), order_id=f"order-{number}")
        shop.keep(settled_order(payment, order_id=f"order-{number}"))
        # Refunded later, so listed later: not within this time.
        shop.gateway.put(payment, at=NOON + 5 * HOUR)

    run = await reconciled(shop)

    assert (run.found, run.tally.questions) == ([], 3)
    assert shop.gateway.faults.calls["find_payments"] == 3


async def test_without_a_search_they_are_looked_up_one_by_one() -> None:
    shop = Shop()
    gone = a_payment(key=a_key("imp_gone"), order_id="order-2")
    shop.keep(settled_order(PAID), settled_order(gone, order_id="order-2"), an_order(order_id="o"))
    shop.gateway.put(PAID, at=NOON + 5 * HOUR)
    reconcile = Reconcile(
        shop.gateway,
        shop.gateway,
        None,
        shop.record,
        shop.settle_difference,
        shop.clock,
        shop.policy,
    )

    run = await Run(shop, reconcile)()

    assert run.found == [("paidHereNotThere", "kept")]
    # Two looks, and one more through the settle rule.
    assert run.tally.questions == 3


async def test_what_the_list_skipped_is_found_by_its_open_order() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(PAID, at=NOON - 5 * HOUR)

    run = await reconciled(shop)

    assert run.found == [("missingHere", "settled")]
    assert shop.order().status is OrderStatus.PAID


async def test_open_orders_made_before_are_not_asked_for() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(PAID, at=NOON - 5 * HOUR)

    run = await reconciled(shop, open_since=NOON + timedelta(seconds=1))

    assert (run.found, run.tally.questions) == ([], 0)


async def test_all_awaited_deposits_are_looked_up_whenever_they_were_asked_for() -> None:
    shop = Shop()
    shop.keep(
        an_order(
            payments=(AWAITING,),
            status=OrderStatus.AWAITING_DEPOSIT,
            created_at=NOON - timedelta(days=5),
        )
    )
    shop.gateway.put(PAID, at=NOON - timedelta(days=2))
    tally = Tally()

    steps = [step async for step in shop.reconcile.awaited(tally)]

    found = [step.kind for step in steps if isinstance(step, Difference)]
    assert found == [K.MISSING_HERE]
    assert shop.order().status is OrderStatus.PAID
    assert tally.questions == 2


async def test_an_awaited_deposit_that_is_not_there_is_said() -> None:
    shop = Shop()
    shop.keep(an_order(payments=(AWAITING,), status=OrderStatus.AWAITING_DEPOSIT))

    steps = [step async for step in shop.reconcile.awaited(Tally())]

    found = [(step.kind, step.cure) for step in steps if isinstance(step, Difference)]
    assert found == [(K.UNKNOWN_THERE, Cure.STANDS)]
    assert shop.store.strays == {}


async def test_an_account_whose_time_is_over_expires() -> None:
    shop = Shop()
    shop.keep(an_order(payments=(AWAITING,), status=OrderStatus.AWAITING_DEPOSIT))
    shop.gateway.put(AWAITING)
    due_at = an_account().due_at
    assert due_at is not None
    shop.clock.jump_to(due_at + HOUR)

    steps = [step async for step in shop.reconcile.awaited(Tally())]

    assert [step.kind for step in steps if isinstance(step, Difference)] == [K.ACCOUNT_EXPIRED]
    assert shop.order().status is OrderStatus.EXPIRED


async def test_one_that_is_found_when_it_is_asked_for_alone_is_no_difference() -> None:
    shop = Shop()
    shop.keep(settled_order(PAID))
    shop.gateway.put(PAID, at=NOON + 5 * HOUR)
    reconcile = with_search(shop, FoundPayments(payments=[]))

    run = await Run(shop, reconcile)()

    assert run.found == []
    assert shop.store.strays == {}


# --- dry runs, slices and the tally


async def test_a_dry_run_tells_all_and_changes_nothing() -> None:
    shop = Shop()
    gone = a_payment(key=a_key("imp_gone"), order_id="order-2")
    shop.keep(an_order(), settled_order(gone, order_id="order-2"))
    shop.gateway.put(PAID)
    shop.gateway.put(replace(PAID, key=a_key("imp_3"), order_id="none"))
    shop.gateway.put(a_payment(key=a_key("imp_4"), order_id="none", status=PaymentStatus.CANCELLED))
    orders = dict(shop.store.orders)

    run = await reconciled(shop, dry_run=True)

    assert sorted(run.found) == [
        ("missingHere", "nothing"),
        ("missingHereWithoutOrder", "nothing"),
        ("paidHereNotThere", "nothing"),
    ]
    assert shop.store.orders == orders
    assert (shop.store.tasks, shop.store.strays, shop.notifier.accepted) == ({}, {}, [])
    assert "find_payment" not in shop.gateway.faults.calls


async def test_a_time_is_walked_in_slices_that_leave_no_gap() -> None:
    shop = Shop()
    listing = Listed([])
    shop.clock.advance(timedelta(days=200).total_seconds())

    run = await Run(shop, with_listing(shop, listing))()

    assert listing.windows[0][0] == SINCE
    assert listing.windows[-1][1] == shop.clock.now()
    edges = [edge for window in listing.windows for edge in window][1:-1]
    assert edges[::2] == edges[1::2]
    assert max(until - since for since, until in listing.windows) == listing.longest_window
    assert {edge.microsecond for edge in edges} == {0}
    done = [step.until for step in run.steps if isinstance(step, SliceDone)]
    assert done == [until for _, until in listing.windows]


async def test_a_test_shop_takes_play_money() -> None:
    shop = Shop(policy=Policy(mode=Mode.TEST))
    shop.keep()
    shop.gateway.put(replace(PAID, mode=Mode.TEST))

    run = await reconciled(shop)

    assert run.found == [("missingHere", "settled")]
    assert shop.order().status is OrderStatus.PAID
