"""The vendor's answers as they were seen or documented, and the same with something changed."""

import json
import re
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures"
PAYMENT_ID = "imp_000000000001"
OMITTED = object()


def sample(name: str) -> bytes:
    """Read one fixture, like `portone_v1/paid_card.json`."""
    return (FIXTURES / name).read_bytes()


TOKEN = sample("portone_v1/token_ok.json")


def payment_fields(name: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(sample(f"portone_v1/{name}.json"))["response"]
    return fields


def answer(response: object, code: object = 0) -> bytes:
    return json.dumps({"code": code, "message": None, "response": response}).encode()


def changed(name: str, /, **changes: object) -> bytes:
    """Answer with a fixture's payment, some of its fields changed or `OMITTED`."""
    fields = payment_fields(name) | changes
    return answer({key: value for key, value in fields.items() if value is not OMITTED})


def literally(name: str, /, **literals: str) -> bytes:
    """Answer with a fixture's payment, some of its values replaced by exactly these letters."""
    text = sample(f"portone_v1/{name}.json").decode()
    for field, literal in literals.items():
        text, replaced = re.subn(rf'(?m)^(    "{field}": ).*?(,?)$', rf"\g<1>{literal}\2", text)
        assert replaced == 1
    return text.encode()
