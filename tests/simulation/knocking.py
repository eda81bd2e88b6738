"""What belongs to one knock alone, and to whatever it starts: for those who watch the calls."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Asking:
    """A knock of a browser, a shop or a shell, on its way."""

    was_answered: bool = False


ASKING: ContextVar[Asking | None] = ContextVar("asking", default=None)
# A webhook that was dealt with before: the gateway must not be asked because of it.
NOT_TO_BE_LOOKED_AT: ContextVar[bool] = ContextVar("not_to_be_looked_at", default=False)
