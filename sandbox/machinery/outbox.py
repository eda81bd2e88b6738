"""Sends what a vendor sends by itself: webhooks and questions, as often as it is told."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector

from sandbox.machinery.exact_json import JsonObject, dumps

# off: only when told; auto: after each change, in the background; first: before the change
# is answered.
WEBHOOK_MODES: Final = frozenset({"off", "auto", "first"})

# Not less than any vendor's own limits for a first send.
_LIMITS: Final = ClientTimeout(total=40, sock_connect=10, sock_read=30)
_BODY_LIMIT: Final = 4096
_KEPT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One POST, as it will be on the wire; `payload` is what is shown of it."""

    payload: JsonObject
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


# Written anew for each send: a signature holds the time.
Write = Callable[[], Message]


def as_json(payload: JsonObject) -> Message:
    """Write an unsigned message as JSON."""
    return Message(
        payload=payload, body=dumps(payload), headers={"Content-Type": "application/json"}
    )


def as_form(payload: JsonObject) -> Message:
    """Write an unsigned message as a form."""
    return Message(
        payload=payload,
        body=urlencode(payload).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


class Outbox:
    """Everything that a stand-in sends by itself, now or later."""

    def __init__(self, user_agent: str) -> None:
        """Start without any connection; the first send opens the session."""
        self._user_agent = user_agent
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.sent: deque[JsonObject] = deque(maxlen=_KEPT)

    async def post(self, url: str, message: Message, limits: ClientTimeout = _LIMITS) -> JsonObject:
        """POST once and answer {status_code, body} or {error}."""
        headers = {"User-Agent": self._user_agent, **message.headers}
        try:
            async with self._open_session().post(
                url, data=message.body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return {"status_code": response.status, "body": await _start_of(response)}
        except TimeoutError:
            return {"error": "timeout"}
        except (ClientError, OSError, ValueError) as error:
            return {"error": type(error).__name__}

    async def deliver(
        self, url: str, write: Write, *, times: int = 1, delay_s: float = 0
    ) -> list[JsonObject]:
        """Send a webhook so many times, one after the other, and remember how each went."""
        await asyncio.sleep(delay_s)
        results = []
        for _ in range(times):
            message = write()
            result = await self.post(url, message)
            self.sent.append({"url": url, "payload": message.payload, **result})
            results.append(result)
        return results

    async def announce(self, url: str | None, write: Write, mode: str) -> None:
        """Send the webhook of a change the way the mode says."""
        if mode == "off" or url is None:
            return
        work = self.deliver(url, write)
        if mode == "first":
            await work
        else:
            self.later(work)

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

    async def reset(self) -> None:
        """Forget what was sent and what was to be sent later."""
        await self.drop_pending()
        self.sent.clear()

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
