"""How often one payment, or order, may make us ask: a flood of hints must not become one there."""

from collections import OrderedDict
from collections.abc import Hashable

from ports.clock import Clock

QUESTIONS_PER_WINDOW = 30
WINDOW_S = 10.0
# Of payments and orders that we do not know, all of one gateway's together: a stranger can make up
# any number of names. A shop that is busier than that names its orders.
STRANGE_NAMES_PER_WINDOW = 1000
# Enough for every payment of a busy shop within one window, small enough to be forgotten.
MAX_KEYS = 20_000


class QuestionBudget:
    """Counts questions per payment in windows of `window_s` seconds."""

    def __init__(
        self,
        clock: Clock,
        *,
        questions_per_window: int = QUESTIONS_PER_WINDOW,
        window_s: float = WINDOW_S,
        max_keys: int = MAX_KEYS,
    ) -> None:
        self._clock = clock
        self._questions_per_window = questions_per_window
        self._window_s = window_s
        self._max_keys = max_keys
        self._windows: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Takes one question: 0.0 if it may be asked, else the seconds until the next may."""
        now_s = self._clock.monotonic_s()
        began_s, asked = self._windows.get(key, (now_s, 0))
        if now_s - began_s >= self._window_s:
            began_s, asked = now_s, 0
        if asked >= self._questions_per_window:
            return began_s + self._window_s - now_s
        self._windows[key] = (began_s, asked + 1)
        self._windows.move_to_end(key)
        if len(self._windows) > self._max_keys:
            self._windows.popitem(last=False)
        return 0.0
