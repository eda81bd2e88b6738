"""Failing on demand: which call of which method fails, before or after its effect."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Fault:
    error: Exception
    after: bool


_NOTHING_WRONG = nullcontext()


class Faults:
    """What an adapter in memory is told to do wrong, and how often it did.

    A fault `after` the effect is a lost reply: the call did what it does, and the caller sees
    the error in place of the result, or of the error that would have been the answer.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.injected: Counter[str] = Counter()
        self._once: dict[tuple[str, int], _Fault] = {}
        self._always: dict[str, _Fault] = {}

    def fail(self, method: str, error: Exception, *, nth: int = 1, after: bool = False) -> None:
        """Makes the nth call from now of that method fail, once."""
        self._once[method, self.calls[method] + nth] = _Fault(error, after)

    def fail_always(self, method: str, error: Exception, *, after: bool = False) -> None:
        """Makes every call of that method fail until `stop`."""
        self._always[method] = _Fault(error, after)

    def stop(self) -> None:
        """Forgets all faults that are planned; the counts stay."""
        self._once.clear()
        self._always.clear()

    def around(self, method: str) -> AbstractContextManager[None]:
        """Wraps the effect of one call."""
        self.calls[method] += 1
        if not self._once and not self._always:
            return _NOTHING_WRONG
        fault = self._once.pop((method, self.calls[method]), self._always.get(method))
        return _NOTHING_WRONG if fault is None else self._failing(method, fault)

    @contextmanager
    def _failing(self, method: str, fault: _Fault) -> Iterator[None]:
        self.injected[method] += 1
        if fault.after:
            # A cancelled call stays cancelled: only answers get lost.
            with suppress(Exception):
                yield
        # Without its old traceback: one error may be raised many times.
        raise fault.error.with_traceback(None)
