"""The service in a process of its own, before the sandbox."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from entrypoints.cli.demo.program import Program, running_program
from sandbox.portone_v1 import RunningSandbox

API_KEY = "demo-key"


@asynccontextmanager
async def running_service(
    running: RunningSandbox, folder: str, tell: Callable[[str], None], **settings: str
) -> AsyncIterator[tuple[Program, str]]:
    """Runs `payproof serve`; gives its address too, and tells what it prints for people.

    More settings are named without their prefix.
    """
    async with running_program(
        "the service",
        *(sys.executable, "-m", "entrypoints.cli", "serve", "--port", "0"),
        environment=plain_environment() | _settings(running, folder, settings),
        tell=tell,
    ) as served:
        yield served


def plain_environment() -> dict[str, str]:
    """The caller's own environment, but none of its payproof settings."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PAYPROOF")}
    return inherited | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def _settings(running: RunningSandbox, folder: str, more: dict[str, str]) -> dict[str, str]:
    usual = {
        "API_KEY": API_KEY,
        # The one setting that the caller's environment decides.
        "DATABASE_URL": os.environ.get("PAYPROOF_DATABASE_URL", f"sqlite:///{folder}/payproof.db"),
        "PORTONE_V1_BASE_URL": running.base_url,
        "PORTONE_V1_API_KEY": running.api_key,
        "PORTONE_V1_API_SECRET": running.api_secret,
        "GATEWAY_TIMEOUT_S": "1",
    }
    return {f"PAYPROOF_{name}": text for name, text in (usual | more).items()}
