"""An event loop without chance: what is ready next is picked by whoever replays, time is virtual.

It never looks at a clock or a socket. What runs next depends on the picks alone, so the same
picks give the same run, on any machine.
"""

import asyncio
import types
from collections.abc import Callable, Iterator
from contextvars import Context
from heapq import heappop, heappush
from itertools import count
from typing import TypeVarTuple

Args = TypeVarTuple("Args")


@types.coroutine
def let_others_run() -> Iterator[None]:
    """Waits for nothing: whoever is ready may come first."""
    yield


# Given how many callbacks are ready (two or more), says which of them runs.
Pick = Callable[[int], int]


class NeverEnds(Exception):
    """The run took more steps than any run needs: something goes round in circles."""


class NothingToWaitFor(Exception):
    """Everybody waits for somebody, and no timer is set: the run would hang."""


class SeededLoop(asyncio.BaseEventLoop):
    """Runs one ready callback a step; time moves on only when none is ready.

    `on_idle` is asked before time moves: it returns True if it made something ready.
    """

    def __init__(self, pick: Pick, *, max_steps: int = 200_000) -> None:
        super().__init__()
        self._pick = pick
        self._runnable: list[asyncio.Handle] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._births = count()
        self._now_s = 0.0
        self._max_steps = max_steps
        self.on_idle: Callable[[], bool] = lambda: False

    # Set by `stop`, of which the typed face of its class says nothing.
    _stopping: bool

    def time(self) -> float:
        return self._now_s

    def call_soon(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._runnable.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """There is but one thread: generators that are left half-way are closed by this."""
        return self.call_soon(callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Args], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._births), timer))
        return timer

    def _run_once(self) -> None:
        """All steps until the loop is to stop: `run_forever` repeats it until then."""
        runnable = self._runnable
        for _ in range(self._max_steps):
            while not runnable:
                if not self.on_idle():
                    self._let_time_pass()
            ready = len(runnable)
            handle = runnable.pop(self._pick(ready) if ready > 1 else 0)
            if not handle.cancelled():
                handle._run()
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
                self._runnable.append(timer)
                break
        else:
            raise NothingToWaitFor
        while timers and timers[0][0] <= self._now_s:
            self._runnable.append(heappop(timers)[2])

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are passed over when their time comes."""
