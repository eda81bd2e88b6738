"""The console that tables are drawn on."""

import sys

from rich.console import Console

# A file or a pipe has no width; this one lets an id stay whole.
_WIDTH_ELSEWHERE = 120


def table_console() -> Console:
    """As wide as the terminal, or wide enough for a table where there is none."""
    width = None if sys.stdout.isatty() else _WIDTH_ELSEWHERE
    return Console(highlight=False, width=width)
