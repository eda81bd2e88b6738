"""A process of its own, as a user would start it: watched for its address, and for its end."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

_START_WITHIN_S = 60
_STOP_WITHIN_S = 30
_ADDRESS = re.compile(r" on (http://\S+)")


class StageFailed(Exception):
    """The demo cannot go on; one line says why."""


class Program:
    """A program that serves, once it has said where; `ended` is done when it has stopped."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.ended = asyncio.create_task(process.wait())
        self._name = name
        self._said_where: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(self, line: str) -> bool:
        """Notes the first line that says where it listens; whether that was the line."""
        found = None if self._said_where.done() else _ADDRESS.search(line)
        if found is not None:
            self._said_where.set_result(found[1])
        return found is not None

    async def address(self) -> str | None:
        """Where it listens; None if it has ended instead. Raises `StageFailed` after a while."""
        waiting: set[asyncio.Future[Any]] = {self._said_where, self.ended}
        done, _ = await asyncio.wait(
            waiting, timeout=_START_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            raise StageFailed(f"{self._name} did not start within {_START_WITHIN_S} s")
        return self._said_where.result() if self._said_where in done else None


@asynccontextmanager
async def running_program(
    name: str, *command: str, environment: Mapping[str, str], tell: Callable[[str], None]
) -> AsyncIterator[tuple[Program, str]]:
    """Runs it until the block ends; gives where it listens, and tells what it prints besides."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C is for us, who then end it in our order.
        start_new_session=True,
    )
    program = Program(name, process)
    complaints: list[str] = []
    # Read without pause: a full pipe would stop it.
    readers = [
        asyncio.create_task(
            _read(process.stdout, lambda line: None if program.hear(line) else tell(line))
        ),
        asyncio.create_task(_read(process.stderr, complaints.append)),
    ]
    try:
        address = await program.address()
        if address is None:
            await asyncio.gather(*readers)
            raise StageFailed(f"{name} did not start: " + " ".join(complaints[-1:]))
        yield program, address
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(program.ended, _STOP_WITHIN_S)
        await asyncio.gather(*readers)


async def _read(stream: asyncio.StreamReader | None, tell: Callable[[str], None]) -> None:
    if stream is not None:
        async for line in stream:
            tell(line.decode(errors="replace").rstrip())
