"""Keeps what the console shows of all orders up to date, where writing them does not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

# So that no look finds much left to add up, and an idle database is hardly asked.
_EVERY_S = 5.0

_log = structlog.get_logger("payproof.console")


@asynccontextmanager
async def keeping_up(
    add_up: Callable[[], Awaitable[None]], every_s: float = _EVERY_S
) -> AsyncIterator[None]:
    """Adds up beside the block, again and again. Wherever it is stopped, the next goes on."""
    keeper = asyncio.create_task(_keep(add_up, every_s))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _keep(add_up: Callable[[], Awaitable[None]], every_s: float) -> None:
    while True:
        try:
            await add_up()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next time may go well
            _log.warning("not added up", error=type(error).__name__)
        await asyncio.sleep(every_s)
