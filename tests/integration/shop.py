"""A shop that listens: it receives what a sandbox sends by itself, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(slots=True)
class Received:
    content_type: str
    headers: dict[str, str]
    body: bytes


class Shop:
    """Receives webhooks and questions, and answers them as it is told."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.received: list[Received] = []
        self._arrived = asyncio.Condition()
        self.status = 200
        self.body = "{}"

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        async with self._arrived:
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.received.append(Received(request.content_type, headers, body))
            self._arrived.notify_all()
        return web.Response(text=self.body, status=self.status)

    async def until_received(self, count: int) -> None:
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)


@asynccontextmanager
async def open_shop() -> AsyncIterator[Shop]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    shop = Shop("")
    app.router.add_post("/{path:.*}", shop.receive)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        shop.base_url = f"http://{host}:{port}"
        yield shop
    finally:
        await runner.cleanup()
