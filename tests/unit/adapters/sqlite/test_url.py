"""Which file an address means."""

from pathlib import Path

import pytest

from adapters.sqlite.errors import DatabaseUnusable
from adapters.sqlite.url import path_of


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///payproof.db", "payproof.db"),
        ("sqlite:///data/payproof.db", "data/payproof.db"),
        ("sqlite:////var/lib/payproof.db", "/var/lib/payproof.db"),
        ("sqlite:///결제 100%25.db", "결제 100%25.db"),
        ("sqlite:///:memory:", ":memory:"),
    ],
)
def test_three_slashes_are_relative_and_four_absolute(url: str, path: str) -> None:
    assert path_of(url) == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://payproof.db",
        "sqlite:///payproof.db?mode=ro",
        "sqlite:///payproof.db#x",
        "payproof.db",
        "mongodb://user:secret@host/name",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        path_of(url)

    message = str(caught.value)
    assert "sqlite:///payproof.db" in message
    assert "\n" not in message
    assert "secret" not in message
