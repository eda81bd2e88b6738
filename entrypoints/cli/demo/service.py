"""The service's own process, as a user would start it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.portone_v1 import RunningSandbox

API_KEY = "demo-key"
_READY = "payproof is ready on "
_START_WITHIN_S = 20
_STOP_WITHIN_S = 10


class StageFailed(Exception):
    """The demo cannot go on; one line says why."""


@asynccontextmanager
async def running_service(
    running: RunningSandbox, folder: str, printed: list[str]
) -> AsyncIterator[str]:
    """Runs `payproof serve` against the sandbox; gives its address, adds what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "entrypoints.cli", "serve", "--port", "0"),
        env=_environment(running, folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    # Read without pause: a full pipe would stop the service.
    complaints: list[str] = []
    readers = [
        asyncio.create_task(_read(process.stdout, printed)),
        asyncio.create_task(_read(process.stderr, complaints)),
    ]
    try:
        yield await _address(process, printed, complaints)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), _STOP_WITHIN_S)
        await asyncio.gather(*readers)


async def _address(
    process: asyncio.subprocess.Process, printed: list[str], complaints: list[str]
) -> str:
    try:
        async with asyncio.timeout(_START_WITHIN_S):
            while not (printed and printed[0].startswith(_READY)):
                if process.returncode is not None:
                    raise StageFailed("the service did not start: " + " ".join(complaints[-1:]))
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise StageFailed(f"the service did not start within {_START_WITHIN_S} s") from None
    return printed.pop(0).removeprefix(_READY)


async def _read(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    if stream is not None:
        async for line in stream:
            lines.append(line.decode().rstrip())  # noqa: PERF401 - read while it grows


def _environment(running: RunningSandbox, folder: str) -> dict[str, str]:
    """The caller's own environment, but none of its payproof settings except the database."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PAYPROOF")}
    database_url = os.environ.get("PAYPROOF_DATABASE_URL", f"sqlite:///{folder}/payproof.db")
    return inherited | {
        "PAYPROOF_API_KEY": API_KEY,
        "PAYPROOF_DATABASE_URL": database_url,
        "PAYPROOF_PORTONE_V1_BASE_URL": running.base_url,
        "PAYPROOF_PORTONE_V1_API_KEY": running.api_key,
        "PAYPROOF_PORTONE_V1_API_SECRET": running.api_secret,
        "PAYPROOF_GATEWAY_TIMEOUT_S": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }
