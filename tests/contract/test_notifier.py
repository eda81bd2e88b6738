"""The contract of `Notifier`, held to by every adapter."""

from collections.abc import AsyncIterator

import pytest

from domain.tasks import AlertReason
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import OperatorAlert
from tests.contract.notifier_worlds import NOTIFIERS, NotifierWorld
from tests.support.factories import ORDER_ID, a_key
from tests.support.solapi import PHONE, a_notice

ALERT = OperatorAlert(
    message_id="alert-1", order_id=ORDER_ID, key=a_key(), reason=AlertReason.SURPLUS
)


@pytest.fixture(params=NOTIFIERS)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[NotifierWorld]:
    async with NOTIFIERS[request.param]() as world:
        yield world


async def test_a_message_that_is_sent_was_taken_whole(world: NotifierWorld) -> None:
    await world.notifier.send(a_notice())

    assert world.texts() == [a_notice().text]


async def test_messages_of_two_ids_are_two(world: NotifierWorld) -> None:
    await world.notifier.send(a_notice(message_id="message-1"))
    await world.notifier.send(a_notice(message_id="message-2"))

    assert len(world.texts()) == 2


async def test_messages_of_one_id_are_one_where_the_provider_can_tell(
    world: NotifierWorld,
) -> None:
    await world.notifier.send(a_notice())
    await world.notifier.send(a_notice())

    assert len(world.texts()) == (1 if world.tells_repeats else 2)


async def test_what_is_never_taken_is_refused(world: NotifierWorld) -> None:
    world.refuse()

    for _ in range(2):
        with pytest.raises(NotifierRefused):
            await world.notifier.send(a_notice())

    assert world.texts() == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_what_is_not_known_is_unavailable_and_may_be_tried_again(
    world: NotifierWorld, after: bool
) -> None:
    world.cut(after=after)

    with pytest.raises(NotifierUnavailable):
        await world.notifier.send(a_notice())
    assert len(world.texts()) == (1 if after else 0)
    await world.notifier.send(a_notice())

    assert set(world.texts()) == {a_notice().text}
    assert len(world.texts()) == (2 if after and not world.tells_repeats else 1)


async def test_the_operator_is_reached_or_the_alert_refused(world: NotifierWorld) -> None:
    if world.reaches_operator:
        await world.notifier.send(ALERT)
    else:
        with pytest.raises(NotifierRefused):
            await world.notifier.send(ALERT)

    assert world.texts() == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_no_error_tells_the_number(world: NotifierWorld, after: bool) -> None:
    world.cut(after=after)

    with pytest.raises(NotifierUnavailable) as raised:
        await world.notifier.send(a_notice())

    told = f"{raised.value!r} {raised.value.__cause__!r}"
    assert PHONE not in told
    assert PHONE.replace("-", "") not in told
