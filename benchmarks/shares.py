"""Which part of payproof the stacks of a flame graph belong to."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

# A stack belongs to the part of its innermost frame that is of any; asyncio, json and their like
# are of whoever called them.
_PARTS: Final[Sequence[tuple[str, str]]] = (
    ("handing work to threads and back", r"concurrent/futures/thread|motor/frameworks"),
    ("database", r"adapters/(sqlite|mongodb)/|pymongo/|motor/|bson/|gridfs/"),
    ("HTTP out", r"adapters/outbound/|aiohttp/|httpx/|yarl/|multidict/"),
    ("what the gateway is asked, and says", r"adapters/"),
    ("the rules", r"domain/"),
    ("the settle rule around them", r"application/"),
    (
        "HTTP in",
        r"uvicorn/|litestar/|entrypoints/api/|structlog/|prometheus_client/|entrypoints/logs",
    ),
)
_REST: Final = "the loop itself, and the rest"
_FRAME: Final = re.compile(r"\(([^()]*):[0-9]+\)$")


def shares(stacks: Iterable[str]) -> dict[str, float]:
    """The share of each part, the largest first; a stack is `outer;…;inner count`."""
    counts: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        counts[_part_of(stack.split(";"))] += int(count)
    total = counts.total()
    return {part: count / total for part, count in counts.most_common()}


def _part_of(frames: Sequence[str]) -> str:
    for frame in reversed(frames):
        file = _FRAME.search(frame)
        if file is None:
            continue
        for part, pattern in _PARTS:
            if re.match(pattern, file[1]):
                return part
    return _REST
