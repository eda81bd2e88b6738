"""The shop is told all that happened to an order, each thing once and in its order."""

from dataclasses import replace

import pytest

from domain.errors import InvalidValue
from domain.events import Event, EventType
from domain.money import Currency, Money
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import Decision, settle
from domain.tasks import TaskKind
from tests.support.factories import NOON, a_key, a_payment, an_account, an_order, won
from tests.support.strategies import with_true_evidence

TELLING = Policy(mode=Mode.LIVE, tells_shop=True)


def said(status: PaymentStatus, payment_id: str = "imp_1", **changes: object) -> Payment:
    return with_true_evidence(a_payment(status=status, key=a_key(payment_id), **changes))


def refunded(amount: int, payment_id: str = "imp_1") -> Payment:
    return said(PaymentStatus.PARTIALLY_CANCELLED, payment_id, cancelled=won(amount))


PAID, CANCELLED = said(PaymentStatus.PAID), said(PaymentStatus.CANCELLED)
OPENED, FAILED = said(PaymentStatus.OPENED), said(PaymentStatus.FAILED)
AWAITING = said(PaymentStatus.AWAITING_DEPOSIT)
DEPOSITED = said(PaymentStatus.PAID, method="vbank", virtual_account=an_account())
MOVED = said(PaymentStatus.AWAITING_DEPOSIT, virtual_account=an_account(number="999"))
FORGED = said(PaymentStatus.PAID, "imp_forged", total=won(4))
UNKNOWN_MODE = said(PaymentStatus.PAID, mode=Mode.UNKNOWN)


def decide(order: Order, payment: Payment, policy: Policy = TELLING) -> Decision:
    return settle(order, payment, NOON, policy, trigger=Trigger.WEBHOOK)


def told(*snapshots: Payment, policy: Policy = TELLING) -> list[Event]:
    """All that the shop hears while an order of 1,000 won goes through these snapshots."""
    order, events = an_order(), []
    for snapshot in snapshots:
        decision = decide(order, snapshot, policy)
        order = decision.order
        news = [task for task in decision.tasks if task.kind is TaskKind.TELL_SHOP]
        events += [Event.parse(task.detail) for task in news]
    return events


STORIES: dict[str, tuple[tuple[Payment, ...], list[str]]] = {
    "opened": ((OPENED,), []),
    "paid": ((OPENED, PAID), ["order.paid"]),
    "paid, told twice": ((PAID, PAID), ["order.paid"]),
    "failed": ((FAILED,), ["payment.failed"]),
    "failed twice": ((FAILED, said(PaymentStatus.FAILED, failure_reason="x")), ["payment.failed"]),
    "failed, then paid": ((FAILED, PAID), ["payment.failed", "order.paid"]),
    "account issued": ((AWAITING,), ["order.awaiting_deposit"]),
    "account replaced": ((AWAITING, MOVED), ["order.awaiting_deposit"] * 2),
    "second account": (
        (AWAITING, said(PaymentStatus.AWAITING_DEPOSIT, "imp_2")),
        ["order.awaiting_deposit"] * 2,
    ),
    "account issued, another payment opened": (
        (AWAITING, said(PaymentStatus.OPENED, "imp_2")),
        ["order.awaiting_deposit"],
    ),
    "deposited": ((AWAITING, PAID), ["order.awaiting_deposit", "order.paid"]),
    "refunded whole": ((PAID, CANCELLED), ["order.paid", "order.refunded"]),
    "refunded in parts": (
        (PAID, refunded(300), refunded(500), CANCELLED),
        ["order.paid", *["order.partially_refunded"] * 2, "order.refunded"],
    ),
    "refunded in part, another receipt": (
        (refunded(300), replace(refunded(300), receipt_url="https://r.example/1")),
        ["order.partially_refunded"],
    ),
    "refunded in part, an account opened": (
        (refunded(300), said(PaymentStatus.AWAITING_DEPOSIT, "imp_2")),
        ["order.partially_refunded"],
    ),
    "forged": ((FORGED, FORGED), ["payment.forged"]),
    "forged, then paid": ((FORGED, PAID), ["payment.forged", "order.paid"]),
    "surplus": ((PAID, said(PaymentStatus.PAID, "imp_2")), ["order.paid", "payment.surplus"]),
    "surplus, refunded in part": (
        (PAID, said(PaymentStatus.PAID, "imp_2"), refunded(300, "imp_2")),
        ["order.paid", "payment.surplus", "order.partially_refunded"],
    ),
    "surplus, refunded whole": (
        (PAID, said(PaymentStatus.PAID, "imp_2"), said(PaymentStatus.CANCELLED, "imp_2")),
        ["order.paid", "payment.surplus", "payment.refunded"],
    ),
    "surplus, refunded in parts": (
        (
            PAID,
            said(PaymentStatus.PAID, "imp_2"),
            refunded(300, "imp_2"),
            said(PaymentStatus.CANCELLED, "imp_2"),
        ),
        [
            "order.paid",
            "payment.surplus",
            "order.partially_refunded",
            "payment.refunded",
            "order.paid",
        ],
    ),
    "surplus, the first one refunded": (
        (PAID, said(PaymentStatus.PAID, "imp_2"), CANCELLED),
        ["order.paid", "payment.surplus", "payment.refunded"],
    ),
    "refunded, paid anew, refunded": (
        (
            PAID,
            CANCELLED,
            said(PaymentStatus.PAID, "imp_2"),
            said(PaymentStatus.CANCELLED, "imp_2"),
        ),
        ["order.paid", "order.refunded", "order.paid", "order.refunded"],
    ),
    "two seen only when given back": (
        (CANCELLED, said(PaymentStatus.CANCELLED, "imp_2")),
        ["order.refunded", "payment.refunded"],
    ),
    "a deposit taken back": (
        (AWAITING, DEPOSITED, AWAITING),
        ["order.awaiting_deposit", "order.paid", "payment.taken_back"],
    ),
    "a deposit taken back, told in two ways": (
        (DEPOSITED, FAILED, FAILED, OPENED, DEPOSITED, FAILED),
        ["order.paid", "payment.taken_back", "payment.taken_back"],
    ),
    "paid, then in a state that nobody knows": (
        (PAID, said(PaymentStatus.UNKNOWN)),
        ["order.paid"],
    ),
    "mode not told": ((UNKNOWN_MODE,), []),
    "paid, then denied without a mode": (
        (PAID, said(PaymentStatus.FAILED, mode=Mode.UNKNOWN)),
        ["order.paid", "payment.taken_back"],
    ),
    "a refund taken back": ((refunded(300), refunded(200)), ["order.partially_refunded"]),
}


@pytest.mark.parametrize(("snapshots", "expected"), STORIES.values(), ids=STORIES)
def test_the_news_of_each_story(snapshots: tuple[Payment, ...], expected: list[str]) -> None:
    assert [event.type for event in told(*snapshots)] == expected


@pytest.mark.parametrize(("snapshots", "_expected"), STORIES.values(), ids=STORIES)
def test_a_shop_that_wants_no_news_gets_none(
    snapshots: tuple[Payment, ...], _expected: list[str]
) -> None:
    assert told(*snapshots, policy=Policy(mode=Mode.LIVE)) == []


def test_each_refund_says_how_much_was_given_back_until_then() -> None:
    events = told(PAID, refunded(300), refunded(500), CANCELLED)

    assert [event.refunded_minor for event in events] == [0, 300, 500, 1000]


def test_what_was_given_back_in_another_currency_is_not_counted_as_ours() -> None:
    dollars = Money(amount_minor=1000, currency=Currency("USD"))

    (event,) = told(said(PaymentStatus.CANCELLED, total=dollars))

    assert (event.type, event.refunded_minor) == (EventType.PAYMENT_FORGED, 0)


def test_the_news_of_an_order_stands_in_one_lane_in_its_order() -> None:
    order, tasks = an_order(), []
    for snapshot in (FAILED, AWAITING, PAID, refunded(300, "imp_2"), CANCELLED):
        decision = decide(order, snapshot)
        order = decision.order
        tasks += [task for task in decision.tasks if task.kind is TaskKind.TELL_SHOP]

    positions = [task.position for task in tasks]
    assert {task.lane for task in tasks} == {"shop"}
    assert len(tasks) >= 5
    assert positions == sorted(set(positions))
    assert len({task.task_id for task in tasks}) == len(tasks)


def test_the_id_of_news_is_stable() -> None:
    (task,) = decide(an_order(), PAID).tasks

    assert task.task_id == "tellShop/order-0001/portone-v1/imp_1/1:order.paid:0:0"
    assert task.due_at == NOON


@pytest.mark.parametrize("event_type", EventType)
def test_an_event_can_be_read_back(event_type: EventType) -> None:
    event = Event(version=12, type=event_type, refunded_minor=345, late=True)

    assert Event.parse(str(event)) == event


@pytest.mark.parametrize("text", ["", "1:order.paid:0", "1:order.lost:0:0", "x:order.paid:0:0"])
def test_any_other_text_is_no_event(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^event: "):
        Event.parse(text)
