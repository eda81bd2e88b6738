"""The line to a vendor: one address, bounded in size, and what may be repeated is repeated."""

import asyncio
import re
from collections.abc import Mapping
from random import uniform
from typing import Final

import httpx

from adapters.outbound.body import Body
from adapters.outbound.errors import GATEWAY, Errors
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.origin import read_origin
from adapters.outbound.target import is_plain
from ports.errors import PortError

MAX_BODY_BYTES: Final = 1024 * 1024
# Before the second, third and fourth try; each shortened by chance, so that callers spread out.
_PAUSES_S: Final = (0.1, 0.2, 0.4)
_BUSY: Final = frozenset({408, 425, 429})


class Line:
    """Sends requests to one origin and nowhere else; no body of an answer is larger than it says.

    `targets` is the form of all that the adapter ever asks for there, path and query: whatever
    else is asked is a mistake, and is not sent. Headers hold the credentials, so neither they nor
    the target are in any error. Raises by the table `errors`.
    """

    def __init__(
        self,
        client: HttpClient,
        base_url: str,
        *,
        targets: re.Pattern[str],
        errors: Errors = GATEWAY,
    ) -> None:
        self._client = client
        self._origin: Final = httpx.URL(read_origin(base_url))
        self._targets = targets
        self._errors = errors

    async def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None = None,
        *,
        until: float,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        """Sends what may be sent twice: a question, or what the vendor knows again by its key.

        Tries again, until that moment of the loop, if the line breaks or the vendor is busy; and
        raises what is unknown if the trouble outlasts the tries.
        """
        pauses_s = [pause_s * uniform(0.5, 1) for pause_s in _PAUSES_S]  # noqa: S311 - no secret
        while True:
            retry_after_s = 0.0
            trouble: PortError
            try:
                answer = await self.send_once(method, target, headers, body, max_bytes=max_bytes)
                if not is_trouble(answer.status):
                    return answer
                trouble = self._errors.unknown(f"http-{answer.status}")
                retry_after_s = answer.retry_after_s
            except self._errors.unknown as error:
                trouble = error
            pause_s = max(pauses_s.pop(0), retry_after_s) if pauses_s else float("inf")
            if asyncio.get_running_loop().time() + pause_s >= until:
                raise trouble
            await asyncio.sleep(pause_s)

    async def send_once(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None = None,
        *,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        """Sends it and never repeats it; whatever raises, it may have been carried out.

        Answers of every status are given: which are trouble is for whoever asks.
        """
        # Libraries, proxies and servers read this text, each in its own way; so nothing passes
        # that could be read in two, and no credentials go to another address.
        if not is_plain(target) or not self._targets.fullmatch(target):
            raise self._errors.nonsense("url")
        return await self._client.exchange(
            method,
            self._origin,
            target,
            headers,
            body,
            errors=self._errors,
            max_bytes=max_bytes,
        )


def is_trouble(status: int) -> bool:
    """Whether the vendor, or somebody on the way, could not answer now."""
    return status >= 500 or status in _BUSY
