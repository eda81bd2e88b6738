"""The time for a question as a whole: tokens, tries and pauses included."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.outbound.errors import GATEWAY, Errors


@asynccontextmanager
async def total_time(timeout_s: float, errors: Errors = GATEWAY) -> AsyncIterator[float]:
    """Ends all within after so many seconds; gives the moment of the end, in the loop's time."""
    try:
        async with asyncio.timeout(timeout_s):
            yield asyncio.get_running_loop().time() + timeout_s
    except TimeoutError:
        raise errors.unknown("timeout") from None
