"""The commands that run until they are told to stop, and the demo, as processes of their own."""

import asyncio
import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from entrypoints.cli import demo
from entrypoints.cli.demo.story import ACTS, Act
from entrypoints.cli.stand_ins import STAND_INS
from sandbox.portone_v1 import RunningSandbox
from tests.support.commands import RunCommand, payproof
from tests.support.service import Program, running, settings_for
from tests.support.storefront import until

__all__ = ["payproof"]

NOWHERE = RunningSandbox(
    base_url="http://127.0.0.1:1",
    api_key="key-of-portone-1a2b",
    api_secret="secret-of-portone-3c4d",
)
SECRETS = {NOWHERE.api_key, NOWHERE.api_secret}
DEMO_WITHIN_S = 30


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["TERM", "INT"]
)
@pytest.mark.parametrize("command", ["serve", "worker", "sandbox"])
async def test_a_signal_ends_it_in_order(
    tmp_path: Path, command: str, number: signal.Signals, exit_code: int
) -> None:
    database = tmp_path / "payproof.db"
    port = () if command == "worker" else ("--port", "0")
    settings = settings_for(NOWHERE, database)

    async with running(
        command, *port, settings=settings, secrets=SECRETS, folder=tmp_path
    ) as program:
        await until(lambda: _is_running(program, database))

        assert await program.end(number) == exit_code

    # Whatever it has to say while no terminal is there, is JSON; and it has no more to say at 130
    # than a new line, which keeps the prompt of a shell apart.
    assert all(line.startswith('{"event": ') for line in program.logged if line)


@pytest.mark.parametrize("gateway", STAND_INS)
async def test_a_sandbox_says_how_it_is_used_by_payproof(
    tmp_path: Path, payproof: RunCommand, gateway: str
) -> None:
    async with running(
        "sandbox", "--port", "0", "--gateway", gateway, settings={}, secrets=set(), folder=tmp_path
    ) as program:
        # The secret is what they say last.
        await until(lambda: "_SECRET" in "".join(program.printed[-1:]))
        said = [line.partition("export PAYPROOF_")[2] for line in program.printed]
        settings = dict(line.split("=", 1) for line in said if line)

        ended = await asyncio.to_thread(payproof, "doctor", API_KEY="key-of-a-shop", **settings)

    assert ended.exit_code == 0, ended.out


async def test_a_signal_while_it_starts_is_heeded_as_well(tmp_path: Path) -> None:
    database = tmp_path / "payproof.db"
    settings = settings_for(NOWHERE, database)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        # It has to wait for this to open the database.
        other.execute("BEGIN EXCLUSIVE")
        async with running(
            "serve",
            *("--port", "0"),
            settings=settings,
            secrets=SECRETS,
            folder=tmp_path,
            measured=False,
        ) as program:
            await until(lambda: _catches_sigterm(program))
            program.process.send_signal(signal.SIGTERM)
            other.execute("ROLLBACK")

            assert await program.end() == 0


def test_the_demo_ends_by_itself_and_shows_all_that_happened(payproof: RunCommand) -> None:
    began_s = time.perf_counter()

    ended = payproof("demo")

    assert ended.exit_code == 0, ended.out
    assert ended.err == ""
    assert ended.out.count("✓") == len(ACTS)
    assert "SMS to 010-****-5678" in ended.out
    assert ended.out.rstrip().endswith("Everything went as it must.")
    assert time.perf_counter() - began_s < DEMO_WITHIN_S


def test_the_demo_ends_with_1_when_anything_goes_otherwise(
    payproof: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    [card] = [act for act in ACTS if act.title.startswith("card paid")]
    wrong = Act(title="planted", script=card.script, answer="200 success", order="refunded")
    monkeypatch.setattr(demo, "ACTS", (card, wrong))

    ended = payproof("demo")

    assert ended.exit_code == 1
    assert (ended.out.count("✓"), ended.out.count("✗")) == (1, 1)
    assert "1 of 2 did not go as they must." in ended.out


def test_the_demo_says_why_it_cannot_start(payproof: RunCommand) -> None:
    ended = payproof("demo", DATABASE_URL="sqlite:////")

    assert ended.exit_code == 1
    assert re.fullmatch(
        r"payproof: the service did not start: payproof: PAYPROOF_DATABASE_URL cannot .*\n",
        ended.err,
    )


def _is_running(program: Program, database: Path) -> bool:
    """Whether it has come so far that it does its work, or at least has opened what it needs."""
    return database.exists() or any(" on http://" in line for line in program.printed)


def _catches_sigterm(program: Program) -> bool:
    """Whether the signal would no longer simply end the process."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    [caught] = re.findall(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)
