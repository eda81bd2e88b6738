"""Nothing here tells from which index or on which machine it was made."""

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, files

# Every pattern comes in two halves, so that this file does not match itself.
REGISTRIES = [
    (r"pypi\.", "org"),
    ("python", r"hosted\.org"),
    (r"registry\.", "npmjs"),
    (r"repo1?\.", "maven"),
    (r"crates\.", "io"),
    (r"deb\.", "debian"),
    (r"proxy\.", "golang"),
]
# Where a checkout, a home or a mount lies on one machine only.
MACHINE_PATHS = [
    (r"(?<![\w.}])/work", r"/[\w.]"),
    (r"(?<![\w.}])/root", r"/[\w.]"),
    (r"(?<![\w.}])/home", r"/\w"),
    ("/opt", "/wheels"),
]
PRIVATE = re.compile("|".join("".join(halves) for halves in REGISTRIES + MACHINE_PATHS))


def mentions(text: str) -> list[str]:
    return PRIVATE.findall(text)


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = {
        str(path): mentions((ROOT / path).read_bytes().decode("utf-8", errors="replace"))
        for path in files()
    }

    assert len(found) > 1
    assert {path: hits for path, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "halves",
    [
        ("--index-url https://pypi.", "org/simple"),
        ("https://files.python", "hosted.org/packages/x.whl"),
        ("<url>https://repo.", "maven.apache.org/maven2</url>"),
        ("https://repo1.", "maven.org/maven2"),
        ("https://registry.", "npmjs.com"),
        ("https://static.crates.", "io"),
        ("http://deb.", "debian.org"),
        ("https://proxy.", "golang.org"),
        ("cd /wo", "rk/main"),
        ("cache = '/ro", "ot/.cache'"),
        ("HOME=/ho", "me/someone"),
        ("--find-links /opt", "/wheels"),
    ],
    ids="".join,
)
def test_an_address_is_seen(halves: tuple[str, str]) -> None:
    assert mentions("".join(halves))


@pytest.mark.parametrize("path", ["requirements/runtime.txt", "requirements/dev.txt"])
def test_pins_hold_no_address_and_every_pin_has_a_hash(path: str) -> None:
    text = (ROOT / Path(path)).read_text(encoding="utf-8")
    pins = [pin for pin in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()) if pin]

    assert "://" not in text
    named = re.compile(r"[\w.-]+(\[[\w,-]+\])?==\S+.*--hash=sha256:")
    assert [pin for pin in pins if not named.match(pin)] == []
