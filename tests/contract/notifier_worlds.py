"""Every notifier that the contract is tried on. Another one is one more entry in `NOTIFIERS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from io import StringIO
from typing import Protocol

from adapters.console.notifier import ConsoleNotifier
from adapters.memory.notifier import MemoryNotifier
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import AccountNotice, Notifier
from sandbox.solapi import Fault
from tests.support.solapi import DIALLED, Solapi, solapi_running


class NotifierWorld(Protocol):
    """A notifier and the people at its other end."""

    notifier: Notifier
    # Whether it knows, like a provider that keeps a list, that a message has been sent.
    tells_repeats: bool
    # Whether the operator can be reached this way.
    reaches_operator: bool

    def texts(self) -> list[str]:
        """What the buyer has been sent, oldest first."""

    def refuse(self) -> None:
        """Let no message to the buyer's number be taken from now on."""

    def cut(self, *, after: bool) -> None:
        """Let one sending break, before or after the message is taken."""


class MemoryWorld:
    """Notices kept in memory."""

    tells_repeats = False
    reaches_operator = True

    def __init__(self) -> None:
        self._memory = MemoryNotifier()
        self.notifier: Notifier = self._memory

    def texts(self) -> list[str]:
        return [each.text for each in self._memory.accepted if isinstance(each, AccountNotice)]

    def refuse(self) -> None:
        self._memory.faults.fail_always("send", NotifierRefused("number-blocked"))

    def cut(self, *, after: bool) -> None:
        self._memory.faults.fail("send", NotifierUnavailable("cut"), after=after)


class Printout(StringIO):
    """A stream that can break, and one that has no letters."""

    def __init__(self) -> None:
        super().__init__()
        self.has_letters = True
        self.breaks: list[bool] = []

    def write(self, text: str, /) -> int:
        if not self.has_letters:
            text.encode("ascii")
        if self.breaks == [False]:
            self.breaks.clear()
            raise BrokenPipeError
        return super().write(text)

    def flush(self) -> None:
        if self.breaks == [True]:
            self.breaks.clear()
            raise BrokenPipeError


class ConsoleWorld:
    """Notices on a stream."""

    tells_repeats = False
    reaches_operator = True

    def __init__(self) -> None:
        self._printout = Printout()
        self.notifier: Notifier = ConsoleNotifier(self._printout)

    def texts(self) -> list[str]:
        printed = self._printout.getvalue().split("SMS to ")[1:]
        return ["\n".join(line.strip() for line in each.splitlines()[1:]) for each in printed]

    def refuse(self) -> None:
        self._printout.has_letters = False

    def cut(self, *, after: bool) -> None:
        self._printout.breaks.append(after)


class SolapiWorld:
    """Solapi's sandbox, which the notifier asks over a socket."""

    tells_repeats = True
    reaches_operator = False

    def __init__(self, solapi: Solapi) -> None:
        self._solapi = solapi
        self.notifier: Notifier = solapi.notifier

    def texts(self) -> list[str]:
        return self._solapi.texts

    def refuse(self) -> None:
        self._solapi.sandbox.outbox.verdicts[DIALLED] = "1060"

    def cut(self, *, after: bool) -> None:
        path = "/messages/v4/send-many/detail"
        self._solapi.sandbox.faults.add(Fault(kind="drop", taken=after, path=path))


@asynccontextmanager
async def memory_world() -> AsyncIterator[NotifierWorld]:
    yield MemoryWorld()


@asynccontextmanager
async def console_world() -> AsyncIterator[NotifierWorld]:
    yield ConsoleWorld()


@asynccontextmanager
async def solapi_world() -> AsyncIterator[NotifierWorld]:
    async with solapi_running() as solapi:
        yield SolapiWorld(solapi)


NOTIFIERS: dict[str, Callable[[], AbstractAsyncContextManager[NotifierWorld]]] = {
    "memory": memory_world,
    "console": console_world,
    "solapi": solapi_world,
}
