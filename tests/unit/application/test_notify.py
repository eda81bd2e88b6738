"""Buyers hear of the account they can still pay into, operators of what needs a look."""

from hashlib import sha256

import pytest

from application.account_message import account_message
from domain.money import Money
from domain.order import Order, OrderStatus, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from domain.tasks import AlertReason, Task, TaskKind, alert
from ports.errors import NotifierRefused, NotifierUnavailable, RecordCorrupt
from ports.notifier import AccountNotice, OperatorAlert
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_customer,
    a_key,
    a_payment,
    an_account,
    an_order,
    won,
)
from tests.support.shop import Shop, a_knock

AWAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
MOVED = a_payment(
    status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=an_account(number="99900011122233")
)


def settled(*payments: Payment, order: Order | None = None) -> tuple[Order, list[Task]]:
    """The order after these payments, and the tasks that telling the buyer became."""
    order, tasks = order or an_order(), []
    for payment in payments:
        decision = settle(order, payment, NOON, Policy(mode=Mode.LIVE), trigger=Trigger.BROWSER)
        order = decision.order
        tasks += [task for task in decision.tasks if task.kind is TaskKind.TELL_BUYER_ACCOUNT]
    return order, tasks


async def test_the_buyer_is_told_the_account() -> None:
    shop = Shop()
    order, (task,) = settled(AWAITING)
    shop.keep(order)

    await shop.tell_buyer(task, 1)

    assert shop.notifier.accepted == [
        AccountNotice(
            message_id=task.task_id,
            phone="010-1234-5678",
            order_id=ORDER_ID,
            account=an_account(),
            text=account_message(order, an_account(), "ko"),
        )
    ]


async def test_the_phone_and_the_language_are_the_orders() -> None:
    shop = Shop()
    customer = a_customer(phone="+82 10 9999 8888", locale="en")
    order, (task,) = settled(AWAITING, order=an_order(customer=customer))
    shop.keep(order)

    await shop.tell_buyer(task, 1)

    (notice,) = shop.notifier.accepted
    assert isinstance(notice, AccountNotice)
    assert notice.phone == "+82 10 9999 8888"
    assert notice.text == account_message(order, an_account(), "en")


@pytest.mark.parametrize("customer", [None, a_customer(phone=None)], ids=["nobody", "no phone"])
async def test_without_a_phone_nothing_is_sent(customer: None) -> None:
    shop = Shop()
    order, (task,) = settled(AWAITING, order=an_order(customer=customer))
    shop.keep(order)

    await shop.tell_buyer(task, 1)

    assert shop.notifier.accepted == []


async def test_without_the_order_or_the_payment_nothing_is_sent() -> None:
    shop = Shop()
    _, (task,) = settled(AWAITING)

    await shop.tell_buyer(task, 1)
    shop.keep(an_order())
    await shop.tell_buyer(task, 1)

    assert shop.notifier.accepted == []


@pytest.mark.parametrize(
    "status", sorted(set(PaymentStatus) - {PaymentStatus.AWAITING_DEPOSIT}), ids=str
)
async def test_an_account_that_no_longer_waits_is_not_told(status: PaymentStatus) -> None:
    shop = Shop()
    order, tasks = settled(AWAITING, a_payment(status=status, virtual_account=an_account()))
    shop.keep(order)

    await shop.tell_buyer(tasks[0], 1)

    assert shop.notifier.accepted == []


async def test_nobody_is_asked_to_pay_an_order_that_another_payment_has_paid() -> None:
    shop = Shop()
    order, (task,) = settled(AWAITING, a_payment(key=a_key("imp_card")))
    shop.keep(order)
    assert order.status is OrderStatus.PAID

    await shop.tell_buyer(task, 1)

    assert shop.notifier.accepted == []


async def test_an_account_that_was_replaced_is_told_once_and_never_the_old_one() -> None:
    shop = Shop()
    order, tasks = settled(AWAITING, MOVED)
    shop.keep(order)

    for task in tasks:
        await shop.tell_buyer(task, 1)

    (notice,) = shop.notifier.accepted
    assert isinstance(notice, AccountNotice)
    assert notice.account.number == "99900011122233"
    assert notice.message_id == tasks[1].task_id


async def test_the_message_keeps_its_id_when_it_is_sent_again() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(AWAITING)
    shop.notifier.faults.fail("send", NotifierUnavailable("timeout"), nth=1, after=True)
    shop.notifier.faults.fail("send", NotifierUnavailable("timeout"), nth=2, after=True)

    await shop.verify_payment(a_knock())
    await shop.work_to_rest()

    ids = [notice.message_id for notice in shop.notifier.accepted]
    digest = sha256(an_account().number.encode()).hexdigest()[:12]
    assert ids == [f"tellBuyerAccount/{ORDER_ID}/{a_key()}/{digest}"] * 3


async def test_seeing_the_account_again_tells_nobody_again() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(AWAITING)

    for _ in range(3):
        await shop.verify_payment(a_knock())
        await shop.work_to_rest()

    assert len(shop.notifier.accepted) == 1


async def test_a_message_that_is_refused_is_parked() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(AWAITING)
    shop.notifier.faults.fail("send", NotifierRefused("no-such-number"))

    await shop.verify_payment(a_knock())
    await shop.work_to_rest()

    (record,) = shop.tasks(TaskKind.TELL_BUYER_ACCOUNT)
    assert (record.state, record.reason) == ("parked", "no-such-number")


@pytest.mark.parametrize(
    ("payment", "refund"),
    [
        (a_payment(), won(1000)),
        (a_payment(status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300)), won(700)),
        (a_payment(status=PaymentStatus.CANCELLED), None),
    ],
)
async def test_the_operator_hears_what_would_cure_a_payment_too_many(
    payment: Payment, refund: Money | None
) -> None:
    shop = Shop()
    first = a_payment(key=a_key("imp_first"))
    shop.keep(an_order(payments=(first, payment), settled_by=first.key))
    await shop.queue.put(alert(ORDER_ID, payment.key, AlertReason.SURPLUS, NOON))

    await shop.work_to_rest()

    (notice,) = shop.notifier.accepted
    assert isinstance(notice, OperatorAlert)
    assert notice.refund == refund


async def test_the_operator_is_alerted_though_the_order_cannot_be_read() -> None:
    shop = Shop()
    shop.faults.fail_always("find_by_id", RecordCorrupt("recordCorrupt"))
    await shop.queue.put(alert(ORDER_ID, a_key(), AlertReason.SURPLUS, NOON))

    await shop.work_to_rest()

    assert len(shop.notifier.accepted) == 1


@pytest.mark.parametrize("reason", list(AlertReason))
async def test_the_operator_hears_why(reason: AlertReason) -> None:
    shop = Shop()
    task = alert(ORDER_ID, a_key(), reason, NOON)
    await shop.queue.put(task)

    await shop.work_to_rest()

    assert shop.notifier.accepted == [
        OperatorAlert(message_id=task.task_id, order_id=ORDER_ID, key=a_key(), reason=reason)
    ]
