"""Requests to payproof, each with its result: ok, failed or unknown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)

from tests.soak.book import Book, Harm, Result
from tests.support.service import API_KEY

_PATIENCE_S = 20.0
BY_SHOP = {"Authorization": f"Bearer {API_KEY}"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `word` is the status word of a JSON body, else empty."""

    http_status: int
    body: Any
    word: str


class Line:
    """Talks to the service at one address, whichever process answers there."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.base_url = ""

    async def __aenter__(self) -> Self:
        # A fresh connection each time: one kept open would tell of a kill too early.
        self._session = ClientSession(connector=TCPConnector(limit=0, force_close=True))
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._session.close()

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        patience_s: float = _PATIENCE_S,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Answer | None:
        """The answer, or None when none came; either way the operation is noted."""
        try:
            async with self._session.request(
                method,
                self.base_url + path,
                json=body,
                headers=headers,
                timeout=ClientTimeout(total=patience_s),
                allow_redirects=False,
            ) as response:
                text = await response.text()
        except ClientConnectorError:
            # Nobody listened: it has certainly not happened.
            self._book.note(operation, Result.FAILED)
            return None
        except (TimeoutError, ClientError, OSError):
            self._book.note(operation, Result.UNKNOWN)
            return None
        answer = _read(response.status, text)
        is_failure = answer.http_status >= 500
        self._book.note(operation, Result.FAILED if is_failure else Result.OK)
        if answer.http_status == 500:
            self._book.complain(Harm.WRONG, f"{operation} was answered 500: {answer.word}")
        return answer


def _read(http_status: int, text: str) -> Answer:
    try:
        body = json.loads(text)
    except ValueError:
        return Answer(http_status, None, "")
    word = body.get("status", "") if isinstance(body, dict) else ""
    return Answer(http_status, body, str(word))
