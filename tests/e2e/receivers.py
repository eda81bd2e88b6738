"""A shop's receiver that does to each order what a test wants, on a real socket."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answering(status_line: str, *headers: str) -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status_line}", *headers, "Content-Length: 0", "", ""])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode())
        await writer.drain()

    return answer


async def hanging(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def sending_a_gigabyte(writer: asyncio.StreamWriter) -> None:
    writer.write(f"HTTP/1.1 500 Oops\r\nContent-Length: {2**30}\r\n\r\n".encode())
    for _ in range(1024):
        writer.write(bytes(2**20))
        await writer.drain()


class Receiver:
    """Answers 204, unless `behaviours` says otherwise of an order; `heard` has each event's id."""

    def __init__(self) -> None:
        self.url = ""
        self.behaviours: dict[str, Behaviour] = {}
        self.default: Behaviour = answering("204 No Content")
        self.heard: dict[str, list[str]] = defaultdict(list)
        self.paths: list[str] = []
        self.types: dict[str, str] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(
                line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line
            )
            body: Any = json.loads(await reader.readexactly(int(headers["content-length"])))
            order_id = body["data"]["order_id"]
            self.paths.append(head.split(" ")[1])
            self.heard[order_id].append(headers["webhook-id"])
            self.types[headers["webhook-id"]] = body["type"]
            await self.behaviours.get(order_id, self.default)(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the service has seen enough
        finally:
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    calls: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(receiver.serve(reader, writer))
        calls.add(call)
        call.add_done_callback(calls.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    try:
        yield receiver
    finally:
        server.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
