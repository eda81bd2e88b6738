"""One call at a time for a key; all who come while it runs share the one after it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class _Turn(Generic[Result]):
    __slots__ = ("started", "task")

    def __init__(self) -> None:
        self.started = False
        self.task: asyncio.Task[Result]


class Coalesce(Generic[Result]):
    """Turns a burst of equal calls into at most two.

    A call that has not started yet will see everything that was true when its sharers came, so
    sharing it is as good as calling. One that has started may have read something older: it is
    never shared. A caller that is cancelled leaves the shared call running for the others.
    """

    def __init__(self) -> None:
        self._latest: dict[Hashable, _Turn[Result]] = {}

    async def __call__(self, key: Hashable, call: Callable[[], Awaitable[Result]]) -> Result:
        latest = self._latest.get(key)
        if latest is None or latest.started:
            turn: _Turn[Result] = _Turn()
            self._latest[key] = turn
            turn.task = asyncio.create_task(_run(turn, latest, call))
            # A callback, not a `finally`: a task cancelled before its first step never gets to one.
            turn.task.add_done_callback(lambda _: self._end(key, turn))
        else:
            turn = latest
        return await asyncio.shield(turn.task)

    def _end(self, key: Hashable, turn: _Turn[Result]) -> None:
        if self._latest.get(key) is turn:
            del self._latest[key]
        # Whoever still waits gets it; if all have gone, asyncio must not complain about it.
        if not turn.task.cancelled():
            turn.task.exception()


async def _run(
    turn: _Turn[Result], before: _Turn[Result] | None, call: Callable[[], Awaitable[Result]]
) -> Result:
    if before is not None:
        await asyncio.wait([before.task])
    turn.started = True
    return await call()
