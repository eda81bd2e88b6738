"""Programs of ours, run as their users run them, and watched for what they must never say."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.portone_v1 import RunningSandbox

API_KEY = "key-of-the-shop-8d1f"
PHONE = "010-2345-6789"
# Without its first digit, as a number with the country before it would have it.
_PHONE_DIGITS = "1023456789"
_READY = "payproof is ready on "
# Far more than any of it takes, also where several test runs share a slow machine.
START_WITHIN_S = 60
STOP_WITHIN_S = 60


class Program:
    """A running program and all it has said so far, line by line."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.printed: list[str] = []
        self.logged: list[str] = []
        self._readers = [
            asyncio.create_task(_collect(process.stdout, self.printed)),
            asyncio.create_task(_collect(process.stderr, self.logged)),
        ]

    async def end(self, number: signal.Signals | None = None) -> int:
        """Its exit code, once it has ended: by itself, or by that signal."""
        if number is not None and self.process.returncode is None:
            self.process.send_signal(number)
        exit_code = await asyncio.wait_for(self.process.wait(), STOP_WITHIN_S)
        await asyncio.gather(*self._readers)
        return exit_code

    async def address(self) -> str:
        """Where it listens, once it says so."""
        async with asyncio.timeout(START_WITHIN_S):
            while not any(line.startswith(_READY) for line in self.printed):
                assert self.process.returncode is None, self.logged
                await asyncio.sleep(0.01)
        return next(line for line in self.printed if line.startswith(_READY))[len(_READY) :]


@asynccontextmanager
async def running(
    *arguments: str,
    settings: Mapping[str, str],
    secrets: set[str],
    folder: Path,
    measured: bool = True,
) -> AsyncIterator[Program]:
    """Runs `payproof …` until the block ends, then by SIGTERM, which has to end it with 0.

    A block that has ended the program itself is left to judge that. In no case may any of the
    secrets (more may be added meanwhile) or the phone have been said. `measured=False` keeps
    coverage out, which slows a program down.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "entrypoints.cli", *arguments),
        env=_environment(settings, measured=measured),
        cwd=folder,
        stdout=PIPE,
        stderr=PIPE,
    )
    program = Program(process)
    try:
        yield program
        if process.returncode is None:
            assert await program.end(signal.SIGTERM) == 0, program.logged
    finally:
        if process.returncode is None:
            process.kill()
        await program.end()
    assert_nothing_private([*program.printed, *program.logged], secrets)


def settings_for(running: RunningSandbox, database: Path, **more: str) -> dict[str, str]:
    """Settings that point at a sandbox and a SQLite file; `more` are names without the prefix."""
    usual = {
        "API_KEY": API_KEY,
        "DATABASE_URL": f"sqlite:///{database}",
        "PORTONE_V1_BASE_URL": running.base_url,
        "PORTONE_V1_API_KEY": running.api_key,
        "PORTONE_V1_API_SECRET": running.api_secret,
    }
    return {f"PAYPROOF_{name}": text for name, text in (usual | more).items()}


def assert_nothing_private(lines: list[str], secrets: set[str]) -> None:
    """Fails if a secret or the phone stands in any line, without showing it once more."""
    leaking = [
        number
        for number, line in enumerate(lines, 1)
        if any(secret in line for secret in secrets) or _PHONE_DIGITS in re.sub(r"[^0-9]", "", line)
    ]
    assert not leaking, f"something private in lines {leaking} of {len(lines)}"


def _environment(settings: Mapping[str, str], *, measured: bool) -> dict[str, str]:
    unwanted = ("PAYPROOF_",) if measured else ("PAYPROOF_", "COVERAGE_", "COV_")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(unwanted)}
    # Programs run in folders of their own, so that no file of theirs lands in the project.
    root = str(Path(__file__).parents[2])
    return inherited | {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"} | dict(settings)


async def _collect(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    assert stream is not None
    async for line in stream:
        lines.append(line.decode().rstrip("\n"))  # noqa: PERF401 - read while it grows
