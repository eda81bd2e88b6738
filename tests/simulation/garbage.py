"""What runs leave behind: worlds full of circles, thrown away when a few runs have ended."""

import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

Run = TypeVar("Run")

# Left to itself, the collector walks the world of a run again and again while it lives; and when
# it is kept from that for longer, what lies about is more than the processor's caches hold.
RUNS_BETWEEN = 3


def cleared(runs: Iterable[Run]) -> Iterator[Run]:
    """The same runs, one by one; what lived before them is not looked at meanwhile."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for number, run in enumerate(runs, start=1):
            yield run
            if number % RUNS_BETWEEN == 0:
                gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
