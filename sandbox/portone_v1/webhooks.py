"""Sends the vendor's webhooks: unsigned, as JSON or form, and as often as it is told."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from sandbox.portone_v1.exact_json import JsonObject, dumps

# The vendor's own limits for a first send: 10 s to connect, 30 s to read.
_LIMITS: Final = ClientTimeout(total=40, sock_connect=10, sock_read=30)
_BODY_LIMIT: Final = 4096
_KEPT: Final = 1000


class Outbox:
    """Everything that the sandbox sends by itself, now or later."""

    def __init__(self) -> None:
        """Start without any connection; the first send opens the session."""
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.sent: deque[JsonObject] = deque(maxlen=_KEPT)

    async def post(
        self,
        url: str,
        payload: JsonObject,
        *,
        form: bool = False,
        limits: ClientTimeout = _LIMITS,
    ) -> JsonObject:
        """POST once and answer {status_code, body} or {error}."""
        if form:
            body = urlencode(payload).encode()
            content_type = "application/x-www-form-urlencoded"
        else:
            body = dumps(payload)
            content_type = "application/json"
        headers = {"Content-Type": content_type, "User-Agent": "sandbox-portone-v1"}
        try:
            async with self._open_session().post(
                url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return {"status_code": response.status, "body": await _start_of(response)}
        except TimeoutError:
            return {"error": "timeout"}
        except (ClientError, OSError, ValueError) as error:
            return {"error": type(error).__name__}

    async def deliver(
        self, url: str, payload: JsonObject, *, form: bool, times: int, delay_s: float = 0
    ) -> list[JsonObject]:
        """Send a webhook so many times, one after the other, and remember how each went."""
        await asyncio.sleep(delay_s)
        results = []
        for _ in range(times):
            result = await self.post(url, payload, form=form)
            self.sent.append({"url": url, "payload": payload, **result})
            results.append(result)
        return results

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something in the background; `close` ends it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drop_pending(self) -> None:
        """Forget what was to be sent later."""
        pending = list(self._tasks)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def close(self) -> None:
        """End all background work and close the connections."""
        await self.drop_pending()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> ClientSession:
        if self._session is None:
            # A fresh connection each time: a receiver that restarts must not see a
            # webhook lost to a connection that it had closed.
            self._session = ClientSession(connector=TCPConnector(force_close=True, limit=0))
        return self._session


async def _start_of(response: ClientResponse) -> str:
    """Read no more of a receiver's answer than anybody would look at."""
    read = bytearray()
    async for chunk in response.content.iter_chunked(_BODY_LIMIT):
        read += chunk
        if len(read) >= _BODY_LIMIT:
            break
    return bytes(read[:_BODY_LIMIT]).decode(errors="replace")
