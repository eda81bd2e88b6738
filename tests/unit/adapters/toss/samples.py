"""The vendor's answers as they are documented, and the same with something changed."""

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures" / "toss"
PAYMENT_ID = "tshop00012026110112000000001"
SECRET = "ps_0000000000000001"
OMITTED = object()


def sample(name: str) -> bytes:
    """Read one fixture, like `done_card`."""
    return (FIXTURES / f"{name}.json").read_bytes()


def fields_of(name: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(sample(name))
    return fields


def changed(name: str, /, **changes: object) -> bytes:
    """Give a fixture, some of its fields changed or `OMITTED`."""
    fields = fields_of(name) | changes
    return json.dumps({key: each for key, each in fields.items() if each is not OMITTED}).encode()


def literally(name: str, /, **literals: str) -> bytes:
    """Give a fixture, some of its values replaced by exactly these letters."""
    text = changed(name, **{field: f"@{field}@" for field in literals}).decode()
    for field, literal in literals.items():
        text = text.replace(f'"@{field}@"', literal)
    return text.encode()
