"""What nobody may read is in no repr, and so in no log and no trace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from pkgutil import walk_packages
from typing import NamedTuple

import msgspec
import pytest

from entrypoints.api.gateway_face import GatewayFace, completion_body
from entrypoints.gateways import find_adapter
from tests.architecture.house import WHEEL_PACKAGES

# What such a field is called in this house.
SECRET = re.compile(
    r"(^|_)(token|secret|password|phone|cookie|credential|(api|secret|idempotency|live|test)_key)s?$"
)
# Is what a gateway calls the field, which is no secret.
NAMES_A_FIELD = ("CompletionFields", "approval_token")


def classes() -> Iterator[type]:
    for package in WHEEL_PACKAGES:
        root = import_module(package)
        for found in walk_packages(root.__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                module = import_module(found.name)
                yield from (
                    each
                    for each in vars(module).values()
                    if isinstance(each, type) and each.__module__ == module.__name__
                )


def shown(cls: type) -> list[str]:
    """The fields that its repr shows."""
    if is_dataclass(cls):
        return [each.name for each in fields(cls) if each.repr]
    if issubclass(cls, msgspec.Struct):
        return list(cls.__struct_fields__) if cls.__repr__ is msgspec.Struct.__repr__ else []
    return list(getattr(cls, "_fields", ())) if issubclass(cls, tuple) else []


def seen_secrets(cls: type) -> list[str]:
    return [
        f"{cls.__module__}.{cls.__name__}.{name}"
        for name in shown(cls)
        if SECRET.search(name) and (cls.__name__, name) != NAMES_A_FIELD
    ]


def test_no_secret_is_in_a_repr() -> None:
    found = list(classes())

    assert [secret for cls in found for secret in seen_secrets(cls)] == []
    assert len([cls for cls in found if shown(cls)]) > 100


def test_what_a_page_brings_back_is_not_shown_either() -> None:
    adapter = find_adapter("portone-v2")
    assert adapter is not None
    body = completion_body(GatewayFace(adapter=adapter, webhooks=None, confirm=None))  # type: ignore[arg-type]

    assert seen_secrets(body) == []
    assert {"client_token", "approval_token"} <= set(body.__struct_fields__)


@dataclass(frozen=True)
class Told:
    client_token: str


class Sent(msgspec.Struct):
    phone: str | None = None


class Pair(NamedTuple):
    api_key: str
    webhook_secrets: list[str]


@pytest.mark.parametrize(("offence", "seen"), [(Told, 1), (Sent, 1), (Pair, 2)])
def test_a_secret_in_a_repr_is_seen(offence: type, seen: int) -> None:
    assert len(seen_secrets(offence)) == seen
