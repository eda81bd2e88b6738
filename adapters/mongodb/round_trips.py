"""What waits to go to the server goes together.

Theory of operation. To hand a call to the driver, to a thread and over the wire is most of what it
costs, and costs the same for many. While one round trip is under way, others arrive; the next one
takes all of them along, and nobody waits for company. What arrives is never added to a trip that
has begun: its answer could be older than the question.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

# So many take a fraction of a second, and nobody should wait for more.
_MAX_TOGETHER = 100
# One that takes longer, on a line that is dead or far, is not waited for: the next goes beside it.
_PATIENCE_S = 0.1


class RoundTrips(Generic[Asked, Answer]):
    """Asks for one by `alone`, and for several by `together`: their answers, in their order.

    An answer that is an exception is raised for whoever asked that; an exception that `together`
    raises, for all. A caller that is cancelled before its trip begins takes its question out
    again; later it only does not hear the answer.
    """

    def __init__(
        self,
        alone: Callable[[Asked], Awaitable[Answer]],
        together: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer | Exception]]],
    ) -> None:
        self._alone = alone
        self._together = together
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        # The one that the next waits for.
        self._last: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._last is None:
            self._set_out()
        return await answer

    async def end(self) -> None:
        """Returns when all that was asked before is answered; the driver bounds the time."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _set_out(self) -> None:
        self._last = None
        if self._waiting:
            # It begins when its turn comes, so it takes along who asks in this same turn.
            self._last = asyncio.create_task(self._travel())
            self._under_way.add(self._last)
            self._last.add_done_callback(self._under_way.discard)

    async def _travel(self) -> None:
        this = asyncio.current_task()
        patience = asyncio.get_running_loop().call_later(_PATIENCE_S, self._set_out)
        asked, waiting = self._take()
        answers: Sequence[Answer | Exception]
        try:
            answers = await self._ask(asked)
        except Exception as error:  # noqa: BLE001 - it is the callers'
            answers = [error] * len(asked)
        finally:
            patience.cancel()
            if self._last is this:
                self._set_out()
        for answer, told in zip(waiting, answers, strict=True):
            _tell(answer, told)

    def _take(self) -> tuple[list[Asked], "list[asyncio.Future[Answer]]"]:
        asked: list[Asked] = []
        waiting: list[asyncio.Future[Answer]] = []
        while self._waiting and len(asked) < _MAX_TOGETHER:
            each, answer = self._waiting.popleft()
            if not answer.done():
                asked.append(each)
                waiting.append(answer)
        return asked, waiting

    async def _ask(self, asked: Sequence[Asked]) -> Sequence[Answer | Exception]:
        if len(asked) == 1:
            return [await self._alone(asked[0])]
        return await self._together(asked) if asked else []


def _tell(answer: "asyncio.Future[Answer]", told: Answer | Exception) -> None:
    if answer.done():
        return
    if isinstance(told, Exception):
        answer.set_exception(told)
    else:
        answer.set_result(told)
