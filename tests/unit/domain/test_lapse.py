"""An account lapses a while after its deadline, if the gateway agrees that nothing came."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidValue
from domain.events import Event
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import Paid
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import DEPOSIT_GRACE, Policy
from domain.settlement import Decision, settle
from domain.tasks import TaskKind
from tests.support.factories import NOON, a_key, a_payment, an_account, an_order
from tests.support.strategies import with_true_evidence

TELLING = Policy(mode=Mode.LIVE, tells_shop=True)
DEADLINE = NOON + timedelta(days=2)
LAPSES = DEADLINE + DEPOSIT_GRACE
MOMENT = timedelta(microseconds=1)


def awaiting(due_at: datetime | None = DEADLINE, payment_id: str = "imp_1") -> Payment:
    account = an_account(due_at=due_at)
    return with_true_evidence(
        a_payment(
            status=PaymentStatus.AWAITING_DEPOSIT, key=a_key(payment_id), virtual_account=account
        )
    )


def paid(at: datetime | None) -> Payment:
    account = an_account(due_at=DEADLINE)
    return with_true_evidence(a_payment(key=a_key("imp_1"), virtual_account=account, paid_at=at))


def decide(order: Order, payment: Payment, now: datetime) -> Decision:
    return settle(order, payment, now, TELLING, trigger=Trigger.RECHECK)


def kinds(decision: Decision) -> list[TaskKind]:
    return [task.kind for task in decision.tasks]


def news(decision: Decision) -> list[str]:
    told = [task for task in decision.tasks if task.kind is TaskKind.TELL_SHOP]
    return [Event.parse(task.detail).type for task in told]


def waiting() -> Order:
    return decide(an_order(), awaiting(), NOON).order


def lapsed() -> Order:
    return decide(waiting(), awaiting(), LAPSES).order


def test_someone_looks_again_when_the_grace_is_over() -> None:
    tasks = decide(an_order(), awaiting(), NOON).tasks

    (watch,) = [task for task in tasks if task.kind is TaskKind.DEPOSIT_DEADLINE]
    assert watch.due_at == LAPSES
    assert watch.key == a_key("imp_1")


def test_nothing_lapses_within_the_grace() -> None:
    order = waiting()

    decision = decide(order, awaiting(), LAPSES - MOMENT)

    assert decision.order is order


def test_the_order_expires_when_the_grace_is_over() -> None:
    decision = decide(waiting(), awaiting(), LAPSES)

    (payment,) = decision.order.payments
    assert decision.order.status is OrderStatus.EXPIRED
    assert payment.lapsed
    assert not payment.awaits_deposit
    assert payment.awaited_account is None
    assert news(decision) == ["order.expired"]
    assert decide(decision.order, awaiting(), LAPSES + MOMENT).order is decision.order


def test_an_account_that_is_first_seen_too_late_is_told_to_nobody() -> None:
    decision = decide(an_order(), awaiting(), LAPSES)

    assert kinds(decision) == [TaskKind.TELL_SHOP]
    assert news(decision) == ["order.expired"]


def test_an_account_without_a_deadline_never_lapses() -> None:
    decision = decide(an_order(), awaiting(None), NOON + timedelta(days=9999))

    assert decision.order.status is OrderStatus.AWAITING_DEPOSIT
    assert TaskKind.DEPOSIT_DEADLINE not in kinds(decision)


def test_a_deadline_put_off_is_watched_anew() -> None:
    later = awaiting(DEADLINE + timedelta(days=1))

    decision = decide(waiting(), later, LAPSES)

    assert decision.order.status is OrderStatus.AWAITING_DEPOSIT
    assert kinds(decision) == [TaskKind.DEPOSIT_DEADLINE]
    assert decision.tasks[0].due_at == LAPSES + timedelta(days=1)


def test_an_expired_order_waits_again_when_its_deadline_is_put_off() -> None:
    decision = decide(lapsed(), awaiting(DEADLINE + timedelta(days=1)), LAPSES)

    assert decision.order.status is OrderStatus.AWAITING_DEPOSIT
    assert news(decision) == ["order.awaiting_deposit"]


def test_an_account_that_lapsed_by_a_wrong_clock_is_watched_anew() -> None:
    first = decide(an_order(), awaiting(), NOON).tasks
    wrongly_lapsed = lapsed()

    again = decide(wrongly_lapsed, awaiting(), NOON)

    assert again.order.status is OrderStatus.AWAITING_DEPOSIT
    (watch,) = [task for task in again.tasks if task.kind is TaskKind.DEPOSIT_DEADLINE]
    assert watch.due_at == LAPSES
    # The first watch is done, and a task that is done is never born again.
    assert watch.task_id not in {task.task_id for task in first}


def test_an_order_waits_on_while_another_account_of_it_is_open() -> None:
    order = decide(waiting(), awaiting(LAPSES, "imp_2"), NOON).order

    decision = decide(order, awaiting(), LAPSES)

    assert decision.order.status is OrderStatus.AWAITING_DEPOSIT
    assert news(decision) == []


def test_a_late_deposit_still_settles_and_is_marked_late() -> None:
    decision = decide(lapsed(), paid(DEADLINE + MOMENT), LAPSES + MOMENT)

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.payments[0].is_late
    (task,) = decision.tasks
    assert Event.parse(task.detail).late


@pytest.mark.parametrize("at", [DEADLINE, NOON, None], ids=["at the deadline", "before", "unknown"])
def test_a_deposit_in_time_is_not_late(at: datetime | None) -> None:
    (task,) = decide(waiting(), paid(at), LAPSES).tasks

    assert not Event.parse(task.detail).late


def test_an_order_is_open_again_when_its_lapsed_payment_ends() -> None:
    failed = a_payment(status=PaymentStatus.FAILED, key=a_key("imp_1"))

    decision = decide(lapsed(), failed, LAPSES)

    assert decision.order.status is OrderStatus.PENDING
    assert news(decision) == ["payment.failed"]


@pytest.mark.parametrize("status", sorted(set(PaymentStatus) - {PaymentStatus.AWAITING_DEPOSIT}))
def test_only_an_account_can_lapse(status: PaymentStatus) -> None:
    with pytest.raises(InvalidValue, match=r"^lapsed: "):
        a_payment(status=status, lapsed=True)
