"""What a command ends with, one table: fixed, since scripts rely on it."""

from enum import IntEnum


class Exit(IntEnum):
    """0 verified or done, 1 refused, 2 wrong usage or settings, 75 not known yet."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_KNOWN_YET = 75
    INTERRUPTED = 130
