"""An event loop without chance: what is ready next is picked by whoever replays, time is virtual.

It never looks at a clock or a socket. What runs next depends on the picks alone, so the same
picks give the same run, on any machine.
"""

import asyncio
import types
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from contextvars import Context, copy_context
from heapq import heappop, heappush
from itertools import count
from typing import Any, ClassVar, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
Answer = TypeVar("Answer")


# Given how many callbacks are ready (two or more), says which of them runs.
Pick = Callable[[int], int]


class NeverEnds(Exception):
    """The run took more steps than any run needs: something goes round in circles."""


class NothingToWaitFor(Exception):
    """Everybody waits for somebody, and no timer is set: the run would hang."""


class _Step:
    """What is ready, or will be: a handle of asyncio's without what only its debugging needs."""

    __slots__ = ("args", "callback", "context", "is_cancelled", "when_s")

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[object, ...],
        context: Context | None,
        when_s: float = 0.0,
    ) -> None:
        self.callback = callback
        self.args = args
        # One that holds nothing is false, and still the one.
        self.context = copy_context() if context is None else context
        self.is_cancelled = False
        self.when_s = when_s

    def cancel(self) -> None:
        self.is_cancelled = True

    def cancelled(self) -> bool:
        return self.is_cancelled

    def when(self) -> float:
        return self.when_s


class _Look:
    """Looks from time to time whether something is so, and only then is a step of anybody."""

    __slots__ = ("after_s", "is_so", "seen")

    def __init__(
        self, after_s: Iterator[float], is_so: Callable[[], bool], seen: asyncio.Future[bool]
    ) -> None:
        self.after_s = after_s
        self.is_so = is_so
        self.seen = seen

    def cancelled(self) -> bool:
        return self.seen.cancelled()


class SeededLoop(asyncio.BaseEventLoop):
    """Runs one ready callback a step; time moves on only when none is ready.

    `on_idle` is asked before time moves: it returns True if it made something ready.
    """

    def __init__(self, pick: Pick, *, max_steps: int = 200_000) -> None:
        super().__init__()
        self._pick = pick
        self._runnable: list[_Step] = []
        self._timers: list[tuple[float, int, _Timer]] = []
        self._births = count()
        self._now_s = 0.0
        self._steps_left = max_steps
        self.on_idle: Callable[[], bool] = lambda: False

    # One at a time in a process. asyncio asks the kernel whose process it is, each time.
    running: "ClassVar[SeededLoop]"

    # Set by `stop`, of which the typed face of its class says nothing.
    _stopping: bool

    def time(self) -> float:
        return self._now_s

    def call_soon(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        step = _Step(callback, args, context)
        self._runnable.append(step)
        return step  # type: ignore[return-value] # all of a handle that anybody here asks for

    def call_soon_threadsafe(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """There is but one thread: generators that are left half-way are closed by this."""
        return self.call_soon(callback, *args, context=context)

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Args], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Args], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        step = _Step(callback, args, context, when)
        heappush(self._timers, (when, next(self._births), step))
        return step  # type: ignore[return-value] # as above

    def create_task(
        self,
        coro: Generator[Any, None, Answer] | Coroutine[Any, Any, Answer],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> asyncio.Task[Answer]:
        # Nobody asks for a name, and making one up for each takes its time.
        return asyncio.Task(coro, loop=self, name=str(name or "-"), context=context)

    def is_anybody_ready(self) -> bool:
        """Whether the one who runs has to step aside; if not, it would only be picked again."""
        self._steps_left -= 1
        return bool(self._runnable) or self._steps_left <= 0

    def passes(self, seconds: float) -> bool:
        """Lets time pass at once, if nobody else can do anything until then."""
        when = self._now_s + seconds
        if self.is_anybody_ready() or (self._timers and self._timers[0][0] <= when):
            return False
        if self.on_idle():
            return False
        self._now_s = when
        return True

    def after(self, seconds: float) -> asyncio.Future[None]:
        """Done so much later, without a step of its own: what `asyncio.sleep` takes two for."""
        future: asyncio.Future[None] = asyncio.Future(loop=self)
        heappush(self._timers, (self._now_s + seconds, next(self._births), future))
        return future

    def looks(
        self, first_after_s: float, after_s: Iterator[float], is_so: Callable[[], bool]
    ) -> asyncio.Future[bool]:
        """Done when a look, so long after the one before it, finds it so; false if none did."""
        look = _Look(after_s, is_so, asyncio.Future(loop=self))
        heappush(self._timers, (self._now_s + first_after_s, next(self._births), look))
        return look.seen

    def _asyncgen_firstiter_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        """Nobody shuts generators down at the end: what is left of a run is thrown away whole."""

    def _run_once(self) -> None:
        """All steps until the loop is to stop: `run_forever` repeats it until then."""
        SeededLoop.running = self
        runnable, pick = self._runnable, self._pick
        while self._steps_left > 0:
            self._steps_left -= 1
            while not runnable:
                if not self.on_idle():
                    self._let_time_pass()
            ready = len(runnable)
            step = runnable.pop(pick(ready)) if ready > 1 else runnable.pop()
            if not step.is_cancelled:
                step.context.run(step.callback, *step.args)
            if self._stopping:
                return
        raise NeverEnds

    def _let_time_pass(self) -> None:
        """Goes to the next timer, and makes all that are due then ready."""
        timers = self._timers
        while timers:
            when, _, timer = heappop(timers)
            if not timer.cancelled():
                self._now_s = max(self._now_s, when)
                self._goes_off(timer)
                break
        else:
            raise NothingToWaitFor
        while timers and timers[0][0] <= self._now_s:
            self._goes_off(heappop(timers)[2])

    def _goes_off(self, timer: "_Timer") -> None:
        """Cancelled ones are passed over."""
        if isinstance(timer, _Step):
            self._runnable.append(timer)
        elif timer.cancelled():
            return
        elif isinstance(timer, _Look):
            self._look(timer)
        else:
            timer.set_result(None)

    def _look(self, look: _Look) -> None:
        if look.is_so():
            look.seen.set_result(True)
        elif (after_s := next(look.after_s, None)) is None:
            look.seen.set_result(False)
        else:
            heappush(self._timers, (self._now_s + after_s, next(self._births), look))


# What is done, or looked at, or made ready, when its time has come.
_Timer = _Step | _Look | asyncio.Future[None]


@types.coroutine
def let_others_run() -> Iterator[None]:
    """Waits for nothing: whoever is ready may come first."""
    loop = SeededLoop.running
    if loop.is_anybody_ready():
        yield


async def pause(seconds: float) -> None:
    """Virtual time to wait for, in place of `asyncio.sleep`."""
    loop = SeededLoop.running
    if seconds <= 0:
        await let_others_run()
    elif not loop.passes(seconds):
        await loop.after(seconds)


async def comes_true(is_so: Callable[[], bool], looks_after_s: Iterator[float]) -> bool:
    """Looks that often, each so much virtual time after the one before, and ends when it is so."""
    loop = SeededLoop.running
    for after_s in looks_after_s:
        if not loop.passes(after_s):
            return await loop.looks(after_s, looks_after_s, is_so)
        if is_so():
            return True
    return False
