"""Tasks: an id that says everything and can be read one way only."""

from dataclasses import astuple
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.payment import PaymentKey
from domain.tasks import AlertReason, Task, TaskKind, alert, recheck
from tests.support.factories import NOON, a_key, a_task
from tests.support.strategies import order_ids, payment_keys

tasks = st.builds(
    Task,
    kind=st.sampled_from(TaskKind),
    order_id=order_ids(),
    key=payment_keys(),
    due_at=st.just(NOON),
    detail=st.sampled_from(["", "/", "a/b", "0123456789ab", *AlertReason]),
)


def test_the_id_of_a_task_is_stable() -> None:
    task = a_task(kind=TaskKind.ALERT_OPERATOR, order_id="a:b.c", detail="forged")

    assert task.task_id == "alertOperator/a:b.c/portone-v1/imp_000000000001/forged"


@given(tasks, tasks)
def test_two_different_tasks_never_share_an_id(one: Task, other: Task) -> None:
    assert (one.task_id == other.task_id) is (one == other)


@given(tasks)
def test_an_id_can_be_read_back_in_one_way(task: Task) -> None:
    kind, order_id, gateway, payment_id, detail = task.task_id.split("/", maxsplit=4)

    key = PaymentKey(gateway=gateway, payment_id=payment_id)
    assert (TaskKind(kind), order_id, key, detail) == (
        task.kind,
        task.order_id,
        task.key,
        task.detail,
    )


def test_the_id_does_not_depend_on_when_it_is_due() -> None:
    later = a_task(due_at=NOON + timedelta(days=1))

    assert later.task_id == a_task().task_id


@pytest.mark.parametrize("order_id", ["", "a/b", "order/portone-v1/imp_1", "..", "a\n", "x" * 41])
def test_a_task_for_no_possible_order_is_refused(order_id: str) -> None:
    with pytest.raises(InvalidValue, match=r"^order_id: "):
        a_task(order_id=order_id)


def test_a_recheck_has_one_id_for_each_payment_of_an_order() -> None:
    task = recheck("order-0001", a_key(), NOON)

    assert astuple(task) == astuple(a_task())
    assert task.kind is TaskKind.RECHECK
    assert (task.detail, task.lane, task.position) == ("", "", 0)


@pytest.mark.parametrize("reason", AlertReason)
def test_an_alert_is_due_at_once_and_names_its_reason(reason: AlertReason) -> None:
    task = alert("order-0001", a_key(), reason, NOON)

    assert (task.kind, task.due_at, task.detail) == (TaskKind.ALERT_OPERATOR, NOON, reason)
    assert AlertReason(task.detail) is reason
