"""A webhook that the control API sends: now, late, several times or never."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.outbox import Outbox

_MOST_TIMES: Final = 1000
_LATEST_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Where it goes, unless to where it always does, and how often, and how late."""

    FIELDS = ("url", "times", "delay_s", "never")

    url: str | None
    times: int
    delay_s: float
    is_never: bool

    @classmethod
    def read(cls, fields: Fields, *, allow_remote: bool) -> "Sending":
        """Read it from the `FIELDS` of a request."""
        return cls(
            times=fields.whole("times", 1, low=1, high=_MOST_TIMES),
            delay_s=fields.seconds("delay_s", 0.0, high=_LATEST_S),
            url=fields.url("url", allow_remote=allow_remote),
            is_never=fields.flag("never", default=False),
        )

    async def carry_out(
        self,
        outbox: Outbox,
        usual_url: str | None,
        send: Callable[[str], Coroutine[Any, Any, list[JsonObject]]],
    ) -> web.Response:
        """Let `send` send it to its URL; answer how it was received, or that it will be sent."""
        if self.is_never:
            return json_answer({"deliveries": [], "scheduled": 0})
        url = self.url or usual_url
        if url is None:
            raise ControlError(400, "url is missing, and no webhook_url is set")
        work = send(url)
        if self.delay_s:
            outbox.later(work)
            return json_answer({"deliveries": [], "scheduled": self.times}, 202)
        return json_answer({"deliveries": await work, "scheduled": 0})
