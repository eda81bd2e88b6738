"""How a mistake is planted: code of the service replaced for the length of a `with`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

Plant = Callable[[], AbstractContextManager[None]]
# By what is wrong, in words.
PLANTED: dict[str, Plant] = {}
# Those that only show at another gateway than the first, and at which.
SHOWS_AT: dict[str, str] = {}

Patches = list[Any]


def planted(
    what: str, *, at: str | None = None
) -> Callable[[Callable[[], Patches]], Callable[[], Patches]]:
    """Registers the patches that a function makes as one mistake, which shows at that gateway."""
    if at is not None:
        SHOWS_AT[what] = at

    def register(patches: Callable[[], Patches]) -> Callable[[], Patches]:
        @contextmanager
        def plant() -> Iterator[None]:
            with ExitStack() as stack:
                for each in patches():
                    stack.enter_context(each)
                yield

        PLANTED[what] = plant
        return patches

    return register


def replacing(target: object, name: str, replacement: object) -> Any:
    """One name of a module or class that means something else for a while."""
    return patch.object(target, name, replacement)
