"""From the issued account to the phone: the worker tells each buyer once, or says why it cannot."""

from collections.abc import AsyncIterator

import pytest

from application.notify import AlertOperator, TellBuyerAccount
from application.run_tasks import RunTasks, TaskHandler
from domain.errors import InvalidValue
from domain.payment import PaymentStatus
from domain.tasks import AlertReason, TaskKind, alert
from ports.errors import RepositoryUnavailable
from sandbox.solapi import Fault
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_customer,
    a_key,
    a_payment,
    an_account,
    an_order,
)
from tests.support.shop import Shop, a_knock
from tests.support.solapi import DIALLED, Solapi, solapi_running

SEND = "/messages/v4/send-many/detail"
LIST = "/messages/v4/list"


@pytest.fixture
async def solapi() -> AsyncIterator[Solapi]:
    async with solapi_running() as running:
        yield running


@pytest.fixture
def shop(solapi: Solapi) -> Shop:
    """Give a shop that tells its buyers by Solapi, and its operator in memory."""
    shop = Shop()
    handlers: dict[TaskKind, TaskHandler] = {
        TaskKind.TELL_BUYER_ACCOUNT: TellBuyerAccount(shop.orders, solapi.notifier),
        TaskKind.ALERT_OPERATOR: AlertOperator(shop.orders, shop.notifier),
    }
    shop.run_tasks = RunTasks(shop.queue, handlers, shop.clock)
    return shop


async def issue(
    shop: Shop, order_id: str = ORDER_ID, payment_id: str = "imp_1", **order: object
) -> None:
    shop.keep(an_order(order_id=order_id, **order))
    key = a_key(payment_id)
    # Without a deadline, so that its message is the only task.
    waiting = a_payment(
        order_id=order_id,
        key=key,
        status=PaymentStatus.AWAITING_DEPOSIT,
        virtual_account=an_account(due_at=None),
    )
    shop.gateway.put(waiting)
    await shop.verify_payment(a_knock(order_id=order_id, payment_id=payment_id))


async def test_the_buyer_reads_the_account_in_their_language(shop: Shop, solapi: Solapi) -> None:
    await issue(shop, customer=a_customer(locale="en"))

    await shop.work_to_rest()

    (message,) = solapi.sandbox.messages
    assert message.to == DIALLED
    assert message.type == "LMS"
    assert message.text.splitlines()[:4] == [
        "[Bank transfer details]",
        "Order: 커피 원두 1kg",
        "Bank: 신한은행",
        "Account: 56211234567890",
    ]
    assert shop.states() == ["done"]


@pytest.mark.parametrize("kind", ["drop", "status", "broken_json", "redirect", "hang"])
@pytest.mark.parametrize("path", [LIST, SEND])
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
async def test_any_lost_reply_is_looked_up_and_one_message_comes(
    shop: Shop, solapi: Solapi, kind: str, path: str, taken: bool
) -> None:
    solapi.sandbox.faults.add(Fault(kind=kind, taken=taken, path=path))
    await issue(shop)

    await shop.work_to_rest()

    assert len(solapi.texts) == 1
    assert shop.states() == ["done"]
    assert solapi.sandbox.faults.fired[kind] == 1


async def test_a_worker_that_dies_after_sending_leaves_one_message(
    shop: Shop, solapi: Solapi
) -> None:
    shop.faults.fail("complete", RepositoryUnavailable("no-answer"))
    await issue(shop)

    await shop.work_to_rest()

    assert len(solapi.texts) == 1
    assert shop.states() == ["done"]
    assert solapi.sandbox.calls[LIST] == 2


@pytest.mark.parametrize("status_code", ["1060", "1061"])
async def test_a_number_that_is_refused_is_parked_and_delays_nobody(
    shop: Shop, solapi: Solapi, status_code: str
) -> None:
    blocked = a_customer(phone="010-6666-6666")
    solapi.sandbox.outbox.verdicts["01066666666"] = status_code
    await issue(shop, "order-blocked", "imp_blocked", customer=blocked)
    await issue(shop)

    await shop.run_tasks.run_due()

    assert shop.states() == ["parked", "done"]
    assert [message.to for message in solapi.sandbox.messages] == [DIALLED]
    (task, _) = shop.store.tasks.values()
    assert task.reason in ("number-blocked", "number-opted-out")


async def test_an_empty_account_is_filled_up_and_the_buyer_told(shop: Shop, solapi: Solapi) -> None:
    solapi.sandbox.outbox.balance_won = 0
    await issue(shop)
    await shop.run_tasks.run_due()
    assert shop.states() == ["waiting"]

    solapi.sandbox.outbox.balance_won = 1000
    await shop.work_to_rest()

    assert len(solapi.texts) == 1


async def test_a_provider_away_for_good_is_parked_in_the_end(shop: Shop, solapi: Solapi) -> None:
    solapi.sandbox.faults.add(Fault(kind="status", taken=True, times=None))
    await issue(shop)

    await shop.work_to_rest()

    (task,) = shop.store.tasks.values()
    assert (task.state, task.reason) == ("parked", "http-503")
    assert solapi.texts == []


@pytest.mark.parametrize("phone", ["call me", "", "010-1234-567x", "010\n12345678"])
async def test_a_phone_that_is_none_is_no_order(phone: str) -> None:
    with pytest.raises(InvalidValue, match=r"customer\.phone"):
        a_customer(phone=phone)


@pytest.mark.parametrize("phone", ["12345678", "+1 212 555 0100"])
async def test_a_number_of_nobody_here_is_parked_unasked(
    shop: Shop, solapi: Solapi, phone: str
) -> None:
    await issue(shop, customer=a_customer(phone=phone))

    await shop.work_to_rest()

    (task,) = shop.store.tasks.values()
    assert (task.state, task.reason) == ("parked", "not-a-korean-number")
    assert solapi.sandbox.calls.total() == 0


async def test_the_operator_is_told_another_way(shop: Shop, solapi: Solapi) -> None:
    await shop.queue.put(alert(ORDER_ID, a_key(), AlertReason.FORGED, NOON))

    await shop.work_to_rest()

    assert len(shop.notifier.accepted) == 1
    assert solapi.sandbox.calls.total() == 0
