"""The small adapters in memory."""

from datetime import timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.notifier import MemoryNotifier
from adapters.memory.token_source import MemoryTokenSource
from domain.tasks import AlertReason
from ports.errors import NotifierUnavailable
from ports.notifier import OperatorAlert
from tests.support.factories import NOON, ORDER_ID, a_key

ALERT = OperatorAlert(
    message_id="message-1", order_id=ORDER_ID, key=a_key(), reason=AlertReason.FORGED
)


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock(NOON)

    assert clock.now() == clock.now() == NOON
    assert clock.monotonic_s() == clock.monotonic_s()


def test_time_passes_by_both_ways_of_telling_it() -> None:
    clock = ManualClock(NOON)
    before_s = clock.monotonic_s()

    clock.advance(1.5)

    assert clock.now() == NOON + timedelta(seconds=1.5)
    assert clock.monotonic_s() - before_s == 1.5


def test_a_jump_of_the_time_of_day_is_not_time_passing() -> None:
    clock = ManualClock(NOON)
    before_s = clock.monotonic_s()

    clock.jump_to(NOON - timedelta(days=1))

    assert clock.now() == NOON - timedelta(days=1)
    assert clock.monotonic_s() == before_s


def test_tokens_differ_and_can_be_foretold() -> None:
    one, other = MemoryTokenSource(), MemoryTokenSource()

    tokens = [one.new_token() for _ in range(3)]

    assert len(set(tokens)) == 3
    assert tokens == [other.new_token() for _ in range(3)]


async def test_every_notice_is_kept_each_time_it_comes() -> None:
    notifier = MemoryNotifier()

    await notifier.send(ALERT)
    await notifier.send(ALERT)

    assert notifier.accepted == [ALERT, ALERT]


@pytest.mark.parametrize(("after", "accepted"), [(False, []), (True, [ALERT])])
async def test_a_notice_may_get_lost_or_its_acknowledgement(
    after: bool, accepted: list[OperatorAlert]
) -> None:
    notifier = MemoryNotifier()
    notifier.faults.fail("send", NotifierUnavailable("away"), after=after)

    with pytest.raises(NotifierUnavailable):
        await notifier.send(ALERT)

    assert notifier.accepted == accepted
