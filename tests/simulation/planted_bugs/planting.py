"""How a mistake is planted: code of the service replaced for the length of a `with`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

Plant = Callable[[], AbstractContextManager[None]]
# By what is wrong, in words.
PLANTED: dict[str, Plant] = {}

Patches = list[Any]


def planted(what: str) -> Callable[[Callable[[], Patches]], Callable[[], Patches]]:
    """Registers the patches that a function makes as one mistake."""

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
