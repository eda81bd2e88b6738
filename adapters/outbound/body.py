"""What is sent: its bytes, and what they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Bytes with their type. They may hold secrets, so they are not shown."""

    content_type: str
    content: bytes = field(repr=False)


def json_body(content: bytes) -> Body:
    """What is JSON already."""
    return Body(content_type="application/json", content=content)


def form_body(fields: Iterable[tuple[str, str]]) -> Body:
    """A form; a field may come twice."""
    return Body(
        content_type="application/x-www-form-urlencoded",
        content=urlencode(tuple(fields)).encode("ascii"),
    )
