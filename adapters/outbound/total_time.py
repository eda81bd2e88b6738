"""The time for a question as a whole: tokens, tries and pauses included."""

import asyncio
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final

from adapters.outbound.errors import GATEWAY, Errors


def total_time(timeout_s: float, errors: Errors = GATEWAY) -> AbstractAsyncContextManager[float]:
    """Ends all within after so many seconds; gives the moment of the end, in the loop's time."""
    return _TotalTime(asyncio.get_running_loop().time() + timeout_s, errors)


class _TotalTime:
    """Not written as a generator: the loop keeps a list of those, and every question has one."""

    def __init__(self, until: float, errors: Errors) -> None:
        self._until: Final = until
        self._errors = errors
        self._timeout = asyncio.timeout_at(until)

    async def __aenter__(self) -> float:
        await self._timeout.__aenter__()
        return self._until

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        is_over = isinstance(error, TimeoutError)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            is_over = True
        if is_over:
            raise self._errors.unknown("timeout") from None
