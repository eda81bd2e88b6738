"""A webhook that was dealt with is known again, for as long as it is asked to be."""

import asyncio
from datetime import timedelta

import pytest

from ports.seen_webhooks import SeenWebhook, SeenWebhooks
from tests.contract.stores import Store
from tests.support.factories import GATEWAY, NOON

DAY = timedelta(days=1)
WEEK_AGO = NOON - 7 * DAY


@pytest.fixture
def seen(store: Store) -> SeenWebhooks:
    return store.seen_webhooks


def a_webhook(delivery_id: str = "msg_1", gateway: str = GATEWAY, days_ago: int = 0) -> SeenWebhook:
    return SeenWebhook(
        gateway=gateway, delivery_id=delivery_id, seen_at=NOON - timedelta(days=days_ago)
    )


async def test_what_was_never_marked_is_new(seen: SeenWebhooks) -> None:
    assert not await seen.has_seen(GATEWAY, "msg_1")


async def test_what_was_marked_is_known_again(seen: SeenWebhooks) -> None:
    await seen.mark_seen(a_webhook(), WEEK_AGO)

    assert await seen.has_seen(GATEWAY, "msg_1")
    assert not await seen.has_seen(GATEWAY, "msg_2")
    assert not await seen.has_seen(GATEWAY, "MSG_1")


async def test_each_gateway_has_ids_of_its_own(seen: SeenWebhooks) -> None:
    await seen.mark_seen(a_webhook("1/2", "a"), WEEK_AGO)

    assert await seen.has_seen("a", "1/2")
    assert not await seen.has_seen("b", "1/2")


async def test_marked_twice_it_stays_as_it_was(seen: SeenWebhooks) -> None:
    await seen.mark_seen(a_webhook(days_ago=2), WEEK_AGO)
    await seen.mark_seen(a_webhook(), WEEK_AGO)

    await seen.mark_seen(a_webhook("msg_2"), NOON - DAY)

    # Its age counts from the first time.
    assert not await seen.has_seen(GATEWAY, "msg_1")


async def test_what_is_old_is_forgotten_and_nothing_else(seen: SeenWebhooks) -> None:
    for days_ago in (9, 8, 7, 6):
        await seen.mark_seen(a_webhook(f"msg_{days_ago}", days_ago=days_ago), NOON - 30 * DAY)

    await seen.mark_seen(a_webhook(), WEEK_AGO)

    known = [each for each in (9, 8, 7, 6) if await seen.has_seen(GATEWAY, f"msg_{each}")]
    assert known == [7, 6]


async def test_tries_of_one_message_at_once_mark_it(seen: SeenWebhooks) -> None:
    await asyncio.gather(*(seen.mark_seen(a_webhook(), WEEK_AGO) for _ in range(5)))

    assert await seen.has_seen(GATEWAY, "msg_1")
