"""What is asked for at an origin: a path and perhaps a query, which can be read in one way only."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

# Escapes of what may stand for another path: control characters, %, dot, slash and backslash.
_ESCAPE: Final = "%(?![01]|2[5EF]|5C|7F)[0-9A-F]{2}"
_SEGMENT: Final = rf"(?!\.+(?:[/?]|$))(?:[A-Za-z0-9._~-]|{_ESCAPE})+"
_QUERY: Final = r"(?:[A-Za-z0-9._~=&+-]|%[0-9A-F]{2})+"
_TARGET: Final = re.compile(rf"(?:/{_SEGMENT})+(?:\?{_QUERY})?", re.ASCII)


def target_of(path: str, query: Iterable[tuple[str, str]] = ()) -> str:
    """The path with its query; whoever builds the path has quoted its segments."""
    parameters = urlencode(tuple(query))
    return f"{path}?{parameters}" if parameters else path


def is_plain(target: str) -> bool:
    """Whether no two libraries, proxies or servers could read the text differently."""
    return _TARGET.fullmatch(target) is not None
