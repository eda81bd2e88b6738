"""A wire between the driver and MongoDB that fails on the n-th command, in a chosen way."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any, Final

import bson

_HEADER: Final = struct.Struct("<iiii")  # length, request id, the request answered, kind
_OP_MSG: Final = 2013
# What drivers say to keep a connection; everything else is a command that we asked for.
_HOUSEKEEPING: Final = frozenset({"hello", "ismaster", "isMaster", "ping", "endSessions"})


class Fault(StrEnum):
    """What happens to one command."""

    DROP_BEFORE = "the line breaks before the server sees it"
    DROP_AFTER = "the line breaks before the reply"
    CUT_REPLY = "the line breaks in the middle of the reply"
    DELAY_REPLY = "the reply is late"
    DELAY_COMMAND = "the server sees it late"
    NOT_PRIMARY = "the server says it is not the primary"


class MongoProxy:
    """Passes everything through, and counts commands; `faults` says which fail, from 1.

    While it is `cut_off`, every line breaks as soon as it is used.
    """

    def __init__(self, host: str, port: int, delay_s: float) -> None:
        self._upstream = (host, port)
        self._delay_s = delay_s
        self._connections: set[asyncio.Task[None]] = set()
        self.address = ""
        self.commands: list[dict[str, Any]] = []
        self.faults: dict[int, Fault] = {}
        self.injected: list[Fault] = []
        self.cut_off = False

    def plan(self, *faults: tuple[int, Fault]) -> None:
        """Forgets what was, and counts from 1 again."""
        self.faults = dict(faults)
        self.commands = []
        self.injected = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a driver."""
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._upstream)
            try:
                with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
                    while await self._pass_one(reader, writer, up_reader, up_writer):
                        pass
            finally:
                up_writer.close()
        finally:
            writer.close()
            self._connections.discard(task)

    async def close(self) -> None:
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _pass_one(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> bool:
        """Passes one command and its reply; False if the line is to break."""
        message = await _read_message(reader)
        if self.cut_off:
            return False
        fault = self._fault_for(message)
        if fault is Fault.DROP_BEFORE:
            return False
        if fault is Fault.NOT_PRIMARY:
            writer.write(_not_primary(message))
            return True
        if fault is Fault.DELAY_COMMAND:
            await asyncio.sleep(self._delay_s)
        up_writer.write(message)
        reply = await _read_message(up_reader)
        if fault is Fault.DROP_AFTER:
            return False
        if fault is Fault.CUT_REPLY:
            writer.write(reply[: len(reply) // 2])
            await writer.drain()
            return False
        if fault is Fault.DELAY_REPLY:
            await asyncio.sleep(self._delay_s)
        writer.write(reply)
        await writer.drain()
        return True

    def _fault_for(self, message: bytes) -> Fault | None:
        command = _command(message)
        if command is None or next(iter(command)) in _HOUSEKEEPING:
            return None
        self.commands.append(command)
        fault = self.faults.get(len(self.commands))
        if fault is not None:
            self.injected.append(fault)
        return fault


@asynccontextmanager
async def mongodb_proxy(host: str, port: int, *, delay_s: float = 0.3) -> AsyncIterator[MongoProxy]:
    """A proxy before that server, on a free port of this machine."""
    proxy = MongoProxy(host, port, delay_s)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.address = "{}:{}".format(*server.sockets[0].getsockname()[:2])
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(_HEADER.size)
    return header + await reader.readexactly(_HEADER.unpack(header)[0] - _HEADER.size)


def _command(message: bytes) -> dict[str, Any] | None:
    """An OP_MSG as one document; None for the older kinds, which only greet."""
    if _HEADER.unpack_from(message)[3] != _OP_MSG:
        return None
    at = _HEADER.size + 4  # after the flags
    command: dict[str, Any] = {}
    while at < len(message):
        kind, size = struct.unpack_from("<Bi", message, at)
        section = message[at + 1 : at + 1 + size]
        if kind == 0:
            command |= bson.decode(section)
        else:  # a list of documents, sent beside the body: its size, its name, the documents
            name, _, documents = section[4:].partition(b"\0")
            command[name.decode()] = bson.decode_all(documents)
        at += 1 + size
    return command


def _not_primary(message: bytes) -> bytes:
    """The server's own way of saying that another is the primary now."""
    answered = _HEADER.unpack_from(message)[1]
    body = bson.encode(
        {"ok": 0, "errmsg": "not primary", "code": 10107, "codeName": "NotWritablePrimary"}
    )
    payload = struct.pack("<iB", 0, 0) + body
    return _HEADER.pack(_HEADER.size + len(payload), 1, answered, _OP_MSG) + payload
