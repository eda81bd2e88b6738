"""The service is killed in the middle of traffic: what it has answered stands, the rest is done."""

import asyncio
import signal
import sqlite3
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path

import httpx

from tests.support.storefront import Storefront, open_sandbox, serving

ORDERS = 30


async def test_a_killed_service_loses_nothing_it_has_answered(tmp_path: Path) -> None:
    database = tmp_path / "payproof.db"
    async with open_sandbox() as (place, control):
        async with AsyncExitStack() as stack:
            doomed = await stack.enter_async_context(serving(place, control, database))
            waiting_id = await doomed.order()
            waiting = await doomed.payment(waiting_id)
            await control.fault("drop", path=f"/payments/{waiting}", times=None)
            outage = await doomed.webhook(waiting)
            orders = [await doomed.order() for _ in range(ORDERS)]
            payments = [await doomed.payment(order_id) for order_id in orders]
            await control.fault("hang", path=f"/payments/{payments[-1]}")

            buying = [
                asyncio.create_task(_answered(doomed, imp_uid, order_id))
                for imp_uid, order_id in zip(payments, orders, strict=True)
            ]
            await asyncio.wait(buying, return_when=asyncio.FIRST_COMPLETED)
            exit_code = await doomed.service.end(signal.SIGKILL)
            answers = await asyncio.gather(*buying)
        await control.clear_faults()
        _check(database)

        async with serving(place, control, database) as restarted:
            kept = [(await restarted.read(order_id))["status"] for order_id in orders]
            await asyncio.gather(*map(restarted.webhook, payments))
            await restarted.status_becomes(waiting_id, "paid")
            ends = [await restarted.story(order_id) for order_id in orders]

    assert (outage, exit_code) == ([200], -signal.SIGKILL)
    assert 200 in answers
    assert answers[-1] is None
    assert all(status == "paid" for status, said in zip(kept, answers, strict=True) if said == 200)
    assert {(status, len(history)) for status, history in ends} == {("paid", 1)}


async def _answered(storefront: Storefront, imp_uid: str, order_id: str) -> int | None:
    """The HTTP status, or None if the line broke."""
    with suppress(httpx.TransportError):
        return (await storefront.complete(imp_uid, order_id)).status_code
    return None


def _check(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
