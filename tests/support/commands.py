"""Commands run in this very process, as `payproof …` would run them."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from entrypoints.cli.main import run
from tests.support.service import assert_nothing_private

SECRETS = {"key-of-portone-1a2b", "secret-of-portone-3c4d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it said."""

    exit_code: int
    out: str
    err: str


# Runs `payproof …`; settings are named without their prefix, and None takes one away.
RunCommand = Callable[..., Ended]


@pytest.fixture
def payproof(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[RunCommand]:
    """Runs commands on a database in `tmp_path`; the gateway is out of reach unless set."""
    key, secret = sorted(SECRETS)
    # The settings of these tests themselves, or of a shell, are none of a command's.
    for name in [name for name in os.environ if name.startswith("PAYPROOF_")]:
        monkeypatch.delenv(name)
    usual = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/payproof.db",
        "PORTONE_V1_API_KEY": key,
        "PORTONE_V1_API_SECRET": secret,
        "PORTONE_V1_BASE_URL": "http://127.0.0.1:1",
    }
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run_command(*arguments: str, **settings: str | None) -> Ended:
        for name, text in (usual | settings).items():
            if text is None:
                monkeypatch.delenv(f"PAYPROOF_{name}", raising=False)
            else:
                monkeypatch.setenv(f"PAYPROOF_{name}", text)
        capfd.readouterr()
        exit_code = run(list(arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert_nothing_private([out, err], SECRETS)
        return Ended(exit_code=exit_code, out=out, err=err)

    yield run_command
    # A command sets logging up for its whole process.
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
