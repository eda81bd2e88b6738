"""A webhook is settled, or stored for later, or refused so that it is sent again: never lost."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import pytest

from application.verify_payment import RECHECK_AFTER, Knock
from domain.order import OrderStatus, Trigger
from domain.payment import PaymentStatus
from domain.tasks import TaskKind, recheck
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RecordCorrupt,
    RepositoryUnavailable,
)
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_order
from tests.support.shop import Shop, a_knock

LOOK_LATER = recheck(ORDER_ID, a_key(), NOON + RECHECK_AFTER)
PAID_WEBHOOK = a_knock(Trigger.WEBHOOK, claimed=PaymentStatus.PAID)
CANCELLED_WEBHOOK = a_knock(Trigger.WEBHOOK, claimed=PaymentStatus.CANCELLED)


def looks(shop: Shop) -> list[str]:
    return [record.state for record in shop.tasks(TaskKind.RECHECK)]


async def test_a_webhook_settles_its_payment_and_stores_nothing_more() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())

    await shop.receive_webhook(PAID_WEBHOOK)

    assert shop.order().status is OrderStatus.PAID
    assert [entry.trigger for entry in shop.order().history] == [Trigger.WEBHOOK]
    assert looks(shop) == []


async def test_a_lie_settles_what_is_true() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.FAILED))

    await shop.receive_webhook(PAID_WEBHOOK)

    assert shop.order().status is OrderStatus.PENDING


@pytest.mark.parametrize("exists", ["order", "payment", "neither"])
async def test_what_may_be_on_its_way_is_looked_at_later(exists: str) -> None:
    shop = Shop()
    if exists == "order":
        shop.keep()
    if exists == "payment":
        shop.gateway.put(a_payment())

    await shop.receive_webhook(PAID_WEBHOOK)

    assert [record.task for record in shop.store.tasks.values()] == [LOOK_LATER]


async def test_a_webhook_beyond_the_budget_is_looked_at_later() -> None:
    shop = Shop(questions_per_window=0)
    shop.keep()
    shop.gateway.put(a_payment())

    await shop.receive_webhook(PAID_WEBHOOK)

    assert [record.task for record in shop.store.tasks.values()] == [LOOK_LATER]


async def test_a_hiccup_of_the_record_stores_the_look_instead() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())
    shop.faults.fail("save", RepositoryUnavailable("no-answer"))

    await shop.receive_webhook(PAID_WEBHOOK)

    assert [record.task for record in shop.store.tasks.values()] == [LOOK_LATER]


async def test_an_outage_of_the_whole_record_is_told() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())
    for method in ("find_by_id", "save", "put"):
        shop.faults.fail_always(method, RepositoryUnavailable("no-answer"))

    with pytest.raises(RepositoryUnavailable):
        await shop.receive_webhook(PAID_WEBHOOK)

    assert shop.store.tasks == {}


async def test_a_refund_told_during_an_outage_is_found_by_the_recheck() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())
    await shop.receive_webhook(PAID_WEBHOOK)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))
    shop.gateway_fails(GatewayUnavailable("timeout"))

    await shop.receive_webhook(CANCELLED_WEBHOOK)
    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.REFUNDED


async def test_a_recheck_that_is_running_when_the_webhook_comes_looks_once_more() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))
    await shop.queue.put(LOOK_LATER)
    shop.clock.advance(2.0)
    came: list[str] = []

    async def the_webhook_comes(_call: str) -> None:
        # The recheck has its old answer; now it is paid, and the gateway is away for a moment.
        if shop.tasks(TaskKind.RECHECK)[0].state == "leased" and not came:
            came.append("webhook")
            shop.gateway.put(a_payment())
            shop.gateway_fails(GatewayUnavailable("timeout"))
            await shop.receive_webhook(PAID_WEBHOOK)

    shop.around = the_webhook_comes
    await shop.work_to_rest()

    assert came == ["webhook"]
    assert shop.order().status is OrderStatus.PAID


# --- every failure of every port, at every position --------------------------------


@dataclass(frozen=True)
class Fault:
    method: str
    error: PortError
    nth: int
    after: bool

    def plan(self, shop: Shop) -> None:
        faults = shop.gateway.faults if self.method == "find_payment" else shop.faults
        faults.fail(self.method, self.error, nth=self.nth, after=self.after)


AWAY = RepositoryUnavailable("no-answer")
ERRORS: dict[str, list[PortError]] = {
    "find_by_id": [AWAY, RecordCorrupt("unreadable")],
    "save": [AWAY, ConcurrentUpdate("version-changed")],
    "find_order_id_by_payment": [AWAY],
    "put": [AWAY],
    "find_payment": [
        GatewayUnavailable("timeout"),
        GatewayRefused("credentials"),
        GatewayProtocolError("not-json"),
    ],
}
FAULTS = [
    Fault(method, error, nth, after)
    for method, errors in ERRORS.items()
    for error in errors
    for nth in (1, 2)
    for after in (False, True)
    # A version that changed means that nothing was written, so it has no "after".
    if not (after and isinstance(error, ConcurrentUpdate))
]


def paid() -> Shop:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())
    return shop


def order_to_come() -> Shop:
    shop = Shop()
    shop.gateway.put(a_payment())
    return shop


def payment_to_come() -> Shop:
    shop = Shop()
    shop.keep()
    return shop


def bound_elsewhere() -> Shop:
    shop = paid()
    shop.store.bindings[a_key()] = "order-0002"
    return shop


def beyond_budget() -> Shop:
    shop = Shop(questions_per_window=0)
    shop.keep()
    shop.gateway.put(a_payment())
    return shop


@pytest.mark.parametrize(
    "shop_with", [paid, order_to_come, payment_to_come, bound_elsewhere, beyond_budget]
)
async def test_no_pair_of_failures_loses_a_webhook(shop_with: Callable[[], Shop]) -> None:
    injected = 0
    for faults in [*((one,) for one in FAULTS), *combinations(FAULTS, 2)]:
        shop = shop_with()
        for fault in faults:
            fault.plan(shop)

        acknowledged = await is_acknowledged(shop, PAID_WEBHOOK)

        is_settled = shop.store.orders.get(ORDER_ID, an_order()).history != ()
        is_stored = looks(shop) == ["waiting"]
        assert not acknowledged or is_settled or is_stored, faults
        injected += shop.faults.injected.total() + shop.gateway.faults.injected.total()
    assert injected > 100


async def is_acknowledged(shop: Shop, knock: Knock) -> bool:
    """Whether it was taken; the one error that may come instead is an outage of the record."""
    try:
        await shop.receive_webhook(knock)
    except RepositoryUnavailable:
        return False
    except RecordCorrupt:
        raise AssertionError("the sender can do nothing about a corrupt record") from None
    return True
