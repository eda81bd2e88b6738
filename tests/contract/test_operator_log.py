"""OperatorLog remembers what was done by hand, order by order, the latest first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidValue
from ports.operator_log import OperatorAct, OperatorAction, OperatorLog
from tests.support.factories import NOON, ORDER_ID, a_key

ACTION = OperatorAction(
    action_id="action-1",
    at=NOON,
    operator="김운영",
    act=OperatorAct.REQUESTED_REFUND,
    order_id=ORDER_ID,
    subject=str(a_key()),
    reason="단순 변심 <b>",
)


async def test_an_action_is_remembered_as_it_was(actions: OperatorLog) -> None:
    await actions.add(ACTION)

    assert list(await actions.of_order(ORDER_ID, 9)) == [ACTION]


async def test_an_action_told_again_stays_as_it_was(actions: OperatorLog) -> None:
    await actions.add(ACTION)
    await actions.add(replace(ACTION, operator="another"))

    assert list(await actions.of_order(ORDER_ID, 9)) == [ACTION]


async def test_the_latest_of_that_order_come_first_and_no_more_than_asked_for(
    actions: OperatorLog,
) -> None:
    of_order = [
        replace(ACTION, action_id=f"action-{n}", at=NOON + timedelta(minutes=n)) for n in range(3)
    ]
    for each in of_order:
        await actions.add(each)
    await actions.add(replace(ACTION, action_id="other", order_id="another-order"))

    assert list(await actions.of_order(ORDER_ID, 2)) == [of_order[2], of_order[1]]
    assert list(await actions.of_order("nothing-done", 2)) == []


@pytest.mark.parametrize(
    "changes", [{"operator": ""}, {"operator": "x" * 61}, {"reason": "a\nb"}, {"reason": "x" * 201}]
)
def test_an_action_without_a_name_or_with_odd_text_cannot_be(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        replace(ACTION, **changes)
