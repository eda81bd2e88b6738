"""What happened in a run, line by line, for people who look at a seed that failed."""

from contextvars import ContextVar

# Who acts: tasks that an actor starts inherit its name.
ACTOR: ContextVar[str] = ContextVar("actor", default="-")


class Trace:
    """The lines of one run. A run that is not traced keeps none, and costs nothing."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.lines: list[str] = []

    def note(self, at_s: float, text: str) -> None:
        """Adds a line; callers ask `wanted` before they make the text."""
        self.lines.append(f"{len(self.lines) + 1:>5} {at_s:>12.3f} s  {ACTOR.get():<16} {text}")
