"""Which of our two languages a client reads: Korean unless it asks for English."""

import re
from functools import lru_cache

from litestar.types import Scope

from entrypoints.api.messages import Language

# Real browsers send a handful of languages; what lies beyond this is not read.
_MAX_HEADER_BYTES = 200
_CHOICE = re.compile(
    r"\s*(ko|en)(?:-[a-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)


def language_of(scope: Scope) -> Language:
    """The language to answer this request in, by its Accept-Language."""
    wanted = header(scope, b"accept-language")
    return "ko" if wanted is None else _preferred(wanted[:_MAX_HEADER_BYTES])


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that name, which is in lower case, as ASGI servers give them."""
    for key, value in scope["headers"]:
        if key == name:
            return value
    return None


@lru_cache(maxsize=256)
def _preferred(accept_language: bytes) -> Language:
    """The one of ours with the highest weight, the first of equals. Malformed ones are skipped."""
    best: Language = "ko"
    best_weight = 0.0
    for choice in accept_language.decode("latin-1").split(","):
        match = _CHOICE.fullmatch(choice)
        weight = float(match[2] or 1) if match else 0.0
        if match and weight > best_weight:
            best, best_weight = "en" if match[1].lower() == "en" else "ko", weight
    return best
