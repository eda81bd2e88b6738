"""Runs leave rings of garbage behind: it is let go of now and then, not in the midst of each."""

import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

Run = TypeVar("Run")
# What so many leave behind is some tens of megabytes.
RUNS_BETWEEN = 250


def rarely_collected(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs one after the other, with no look for garbage but between some of them."""
    gc.disable()
    try:
        for number, run in enumerate(runs, start=1):
            yield run
            if number % RUNS_BETWEEN == 0:
                gc.collect()
    finally:
        gc.enable()
        gc.collect()
