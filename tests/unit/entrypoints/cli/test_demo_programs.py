"""What the demo starts, and what it says when that does not work out."""

import os
import sys
from pathlib import Path

import pytest

from entrypoints.cli.demo import street
from entrypoints.cli.demo.program import StageFailed, running_program
from tests.support.commands import RunCommand

SERVING = """
import time
print("it is ready on http://127.0.0.1:1\\nnews")
time.sleep(600)
"""


async def start(code: str) -> tuple[str, list[str]]:
    said: list[str] = []
    python = (sys.executable, "-u", "-c", code)
    async with running_program("it", *python, environment=os.environ, tell=said.append) as (_, url):
        return url, said


def test_a_gateway_is_for_the_shop_that_stays_open(payproof: RunCommand) -> None:
    ended = payproof("demo", "--gateway", "toss")

    assert ended.exit_code == 2
    assert "--gateway needs --serve" in ended.err


async def test_what_it_prints_is_told_but_for_where_it_is() -> None:
    url, said = await start(SERVING)

    assert url == "http://127.0.0.1:1"
    assert said == ["news"]


async def test_what_does_not_start_says_why() -> None:
    with pytest.raises(StageFailed, match=r"^it did not start: the port is taken$"):
        await start("import sys; sys.exit('the port is taken')")


async def test_a_shop_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(street, "_SHOP", tmp_path / "shop.py")

    with pytest.raises(StageFailed, match="run this from a checkout"):
        async with street.open_street(lambda who, line: None, gateway="toss"):
            pass
