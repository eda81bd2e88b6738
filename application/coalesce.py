"""One call at a time for a key; all who come while it runs share the one after it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class _Turn(Generic[Result]):
    __slots__ = ("sharers", "started", "task")

    def __init__(self) -> None:
        self.started = False
        self.sharers: list[asyncio.Future[Result]] = []
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
        turn = self._latest.get(key)
        if turn is None or turn.started:
            before, turn = turn, _Turn()
            self._begin(key, turn, _run(turn, before, call))
        # Each waits for a future of its own: waiting for the task would cancel it with the caller.
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        turn.sharers.append(answer)
        return await answer

    def _begin(
        self, key: Hashable, turn: _Turn[Result], run: Coroutine[object, object, Result]
    ) -> None:
        self._latest[key] = turn
        turn.task = asyncio.create_task(run)
        # A callback, not a `finally`: a task cancelled before its first step never gets to one.
        turn.task.add_done_callback(lambda _: self._end(key, turn))

    def _end(self, key: Hashable, turn: _Turn[Result]) -> None:
        if self._latest.get(key) is turn:
            del self._latest[key]
        # Asked for even if all have gone: asyncio would complain of an exception nobody asked for.
        error = None if turn.task.cancelled() else turn.task.exception()
        for answer in turn.sharers:
            if answer.done():  # that caller was cancelled
                continue
            if turn.task.cancelled():
                answer.cancel()
            elif error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(turn.task.result())


async def _run(
    turn: _Turn[Result], before: _Turn[Result] | None, call: Callable[[], Awaitable[Result]]
) -> Result:
    if before is not None:
        await asyncio.wait([before.task])
    turn.started = True
    return await call()
