"""A server that answers with exactly the bytes of a script: for what the sandbox does not do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Script:
    """The answers still to be given, in order, and the requests that came."""

    answers: list[bytes]
    base_url: str = ""
    requests: list[bytes] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        return [request.split(b" ")[1].decode("ascii") for request in self.requests]


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Write a whole HTTP answer."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    fixed = f"Connection: close\r\nContent-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status} Whatever\r\n{fixed}{''.join(lines)}\r\n".encode() + body


@asynccontextmanager
async def scripted(answers: Sequence[bytes]) -> AsyncIterator[Script]:
    """Serve the script while the block runs; each connection is good for one request."""
    script = Script(list(answers))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            _, _, length = head.lower().partition(b"content-length:")
            body = await reader.readexactly(int(length.split(b"\r\n")[0]) if length else 0)
            script.requests.append(head + body)
            writer.write(script.answers.pop(0))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side has given up
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        script.base_url = f"http://127.0.0.1:{port}"
        yield script
