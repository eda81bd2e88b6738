"""Each stand-in says what points payproof at it, and that is enough."""

import os
import sys
from contextlib import suppress

import pytest

from entrypoints.cli.main import run
from entrypoints.cli.stand_ins import STAND_INS
from entrypoints.settings import load_settings


@pytest.mark.parametrize("name", STAND_INS)
async def test_what_a_stand_in_prints_are_settings_that_choose_its_gateway(name: str) -> None:
    async with STAND_INS[name](0) as running:
        settings = load_settings(dict(running.settings))

    assert [each.adapter.name for each in settings.gateways] == [name]
    assert [each.values["BASE_URL"] for each in settings.gateways] == [running.base_url]


def test_a_reader_who_goes_away_ends_it_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = os.fdopen(writing, "w")
    monkeypatch.setattr(sys, "stdout", gone)

    with pytest.raises(SystemExit):
        run(["sandbox", "--port", "0"])

    with suppress(BrokenPipeError):
        gone.close()
    assert capsys.readouterr().err == ""
