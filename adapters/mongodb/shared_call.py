"""One call at a time for all who need what it gives, whoever of them goes before it ends."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class SharedCall(Generic[Result]):
    """Begun by the first who comes; whoever comes meanwhile waits for the same one.

    A waiter whose time is over leaves it running for the others. After a failure, which all who
    wait get to see, the next who comes begins anew.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[Result] | None = None

    async def __call__(self, call: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        if self._task is None:
            self._task = asyncio.create_task(call())
            self._task.add_done_callback(self._ended)
        return await asyncio.shield(self._task)

    async def end(self) -> None:
        """Ends what is under way."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def _ended(self, task: asyncio.Task[Result]) -> None:
        self._task = None
        if not task.cancelled():
            task.exception()  # if nobody waits any more, asyncio must not complain about it
