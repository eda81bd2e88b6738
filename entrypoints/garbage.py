"""How often Python looks for values that only refer to each other, and so are in nobody's use."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Python's own 700 are in use at any moment while a few verifications run at once: an eighth of
# their time was spent on looking at them again and again.
_NEW_VALUES: Final = 20_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Looks seldom within the block, and never at what was there before: it stays anyway."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_NEW_VALUES, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
