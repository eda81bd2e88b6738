"""The service in a process of its own, before a gateway's stand-in."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from entrypoints.cli.demo.program import Program, running_program

API_KEY = "demo-key"


@asynccontextmanager
async def running_service(
    settings: Mapping[str, str], folder: str, tell: Callable[[str], None]
) -> AsyncIterator[tuple[Program, str]]:
    """Runs `payproof serve`; gives its address too, and tells what it prints for people."""
    usual = {
        "PAYPROOF_API_KEY": API_KEY,
        # The one setting that the caller's environment decides.
        "PAYPROOF_DATABASE_URL": os.environ.get(
            "PAYPROOF_DATABASE_URL", f"sqlite:///{folder}/payproof.db"
        ),
        "PAYPROOF_GATEWAY_TIMEOUT_S": "1",
    }
    async with running_program(
        "the service",
        *(sys.executable, "-m", "entrypoints.cli", "serve", "--port", "0"),
        environment=plain_environment() | usual | dict(settings),
        tell=tell,
    ) as served:
        yield served


def plain_environment() -> dict[str, str]:
    """The caller's own environment, but none of its payproof settings."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PAYPROOF")}
    return inherited | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
