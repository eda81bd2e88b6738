"""`payproof serve` and `payproof worker` on one database: started, killed, and started anew."""

import asyncio
import re
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Final, Self

from tests.soak.book import Book, Harm
from tests.soak.excuses import Excuses
from tests.support.service import Program, running

SERVICE: Final = "serve"
WORKER: Final = "worker"
KILLS: Final = (
    "kill -9 of the service",
    "kill -9 of the worker",
    "kill -9 of both at once",
    "kill -9 while they start",
)
_ALERT: Final = re.compile(r"Alert to the operator \(alertOperator/([^/]+)/([^/]+)/([^/]+)/(\w+)")
_COMMAND_WITHIN_S: Final = 600
# The sandbox shares a busy machine, and a page of a thousand payments takes its time.
_PATIENCE: Final = {"PAYPROOF_GATEWAY_TIMEOUT_S": "20"}
_PHONE: Final = re.compile(r"010-?\d{4}-?\d{4}")


class Programs:
    """The two programs, both of which deliver events; `lent` tells which are being delivered."""

    def __init__(
        self,
        settings: dict[str, str],
        secrets: set[str],
        folder: Path,
        book: Book,
        excuses: Excuses,
        lent: Callable[[], list[str]],
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._folder = folder
        self._book = book
        self._port = "0"
        self._living: dict[str, tuple[AsyncExitStack, Program]] = {}
        self.base_url = ""
        self._excuses = excuses
        self._lent = lent
        self.kills = 0
        self.restarts = 0

    async def __aenter__(self) -> Self:
        await self._start([SERVICE, WORKER])
        await self.is_ready()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for name in list(self._living):
            await self._end(name)

    async def kill_and_restart(self, kind: str, rng: Random) -> None:
        """Kills one of them, or both, at once; then both run again."""
        victims = {KILLS[0]: [SERVICE], KILLS[1]: [WORKER]}.get(kind, [SERVICE, WORKER])
        await self._kill(kind, victims)
        if kind == KILLS[3]:
            await self._start(victims)
            self.restarts += len(victims)
            await asyncio.sleep(rng.uniform(0.0, 1.5))
            await self._kill(kind, victims)
        await self._start(victims)
        self.restarts += len(victims)
        await self.is_ready()

    async def command(self, *arguments: str) -> int:
        """Runs another command of payproof's on the same database; its exit code."""
        async with running(
            *arguments,
            settings=self._settings | _PATIENCE,
            secrets=self._secrets,
            folder=self._folder,
            measured=False,
        ) as program:
            exit_code = await asyncio.wait_for(program.process.wait(), _COMMAND_WITHIN_S)
        self.read_lines([*program.printed, *program.logged])
        return exit_code

    async def is_ready(self) -> None:
        """Waits until the service answers; it keeps the port that it was given first."""
        _, service = self._living[SERVICE]
        self.base_url = await service.address()
        self._port = self.base_url.rpartition(":")[2]

    async def _kill(self, kind: str, victims: list[str]) -> None:
        for name in victims:
            self._living[name][1].process.send_signal(signal.SIGKILL)
            self.kills += 1
            self._book.counts[kind] += 1
        for name in victims:
            await self._living[name][1].end()
            await self._end(name)
        # Whoever it was: the service has a worker of its own.
        self._excuses.were_lent(await asyncio.to_thread(self._lent))

    async def _start(self, names: list[str]) -> None:
        for name in names:
            stack = AsyncExitStack()
            port = ("--port", self._port) if name == SERVICE else ()
            program = await stack.enter_async_context(
                running(
                    *(name, *port),
                    settings=self._settings,
                    secrets=self._secrets,
                    folder=self._folder,
                    measured=False,
                )
            )
            self._living[name] = (stack, program)

    async def _end(self, name: str) -> None:
        """Lets it end, if it has not yet, and reads what it had said."""
        stack, program = self._living.pop(name)
        await stack.aclose()
        self.read_lines([*program.printed, *program.logged])

    def read_lines(self, lines: list[str]) -> None:
        """Notes the alerts among them; none may show a phone."""
        for line in lines:
            self._look_for_phones(line)
            if "Traceback" in line:
                self._book.complain(Harm.WRONG, f"a program has failed: {line[:200]}")
            self._excuses.was_said(line)
            alert = _ALERT.search(line)
            if alert is not None and (order := self._book.orders.get(alert[1])) is not None:
                order.alerts.add((alert[3], alert[4]))

    def _look_for_phones(self, line: str) -> None:
        """A digest may hold eleven digits that look like one: what counts is a buyer's own."""
        for found in _PHONE.finditer(line):
            digits = found[0].replace("-", "")
            if any(digits == order.phone_digits for order in self._book.orders.values()):
                masked = _PHONE.sub("<phone>", line)[:200]
                self._book.complain(Harm.WRONG, f"a program has said a phone number: {masked}")

    def read_so_far(self) -> None:
        """Notes the alerts that those who run have said until now."""
        for _, program in self._living.values():
            self.read_lines([*program.printed, *program.logged])
            program.printed.clear()
            program.logged.clear()
