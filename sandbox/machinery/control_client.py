"""A client of the control API's shared half, for tests, demos and benchmarks in any process."""

from typing import Any, Self
from urllib.parse import quote

from aiohttp import ClientSession, ClientTimeout

from sandbox.machinery.exact_json import JsonObject, Number, dumps, loads

# Longer than a webhook may take that is waited for.
_TIMEOUT_S = 120


class SandboxError(Exception):
    """The control API refused; `http_status` and `message` say why."""

    def __init__(self, http_status: int, message: str) -> None:
        """Carry the refusal."""
        super().__init__(f"{http_status}: {message}")
        self.http_status = http_status
        self.message = message


class ControlClient:
    """Talks to one sandbox; amounts go both ways as int or Decimal, never as float."""

    # Where a vendor's payments are.
    payments_path = "/payments"

    def __init__(self, base_url: str) -> None:
        """Talk to the sandbox at this URL, once entered."""
        self._base_url = f"{base_url.rstrip('/')}/_sandbox"

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._session = ClientSession(timeout=ClientTimeout(total=_TIMEOUT_S))
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self._session.close()

    async def payment(self, payment_id: str, /) -> JsonObject:
        """Show a payment."""
        return await self.ask("GET", self.path_of(payment_id))

    async def act(self, payment_id: str, verb: str, body: JsonObject | None = None) -> JsonObject:
        """Do something to a payment; the vendor's README has the verbs."""
        return await self.ask("POST", self.path_of(payment_id, verb), body)

    def path_of(self, payment_id: str, *below: str) -> str:
        """Tell where a payment is, or what is below it."""
        return "/".join((self.payments_path, quote(payment_id, safe=""), *below))

    async def webhooks(self) -> list[JsonObject]:
        """Give the latest webhooks with how each was received, oldest first."""
        return list((await self.ask("GET", "/webhooks"))["webhooks"])

    async def settings(self, **changes: Any) -> JsonObject:
        """Change the named settings and give all."""
        return await self.ask("PUT", "/settings", changes)

    async def fault(self, kind: str, **options: Any) -> JsonObject:
        """Plan a fault; the README has the options of each kind."""
        return await self.ask("POST", "/faults", {"kind": kind, **options})

    async def faults(self) -> JsonObject:
        """Give the planned faults and how often each kind fired."""
        return await self.ask("GET", "/faults")

    async def clear_faults(self) -> JsonObject:
        """Let nothing more go wrong."""
        return await self.ask("DELETE", "/faults")

    async def calls(self) -> JsonObject:
        """Give what was called: {total, by_endpoint, recent}."""
        return await self.ask("GET", "/calls")

    async def reset_calls(self) -> None:
        """Count calls from nothing again."""
        await self.ask("DELETE", "/calls")

    async def advance_clock(self, seconds: Number | float) -> int:
        """Move the sandbox's time forwards and give it."""
        return int((await self.ask("POST", "/clock", {"advance_s": seconds}))["now"])

    async def now(self) -> int:
        """Give the sandbox's time."""
        return int((await self.ask("GET", "/clock"))["now"])

    async def reset(self) -> None:
        """Return the sandbox to its beginning."""
        await self.ask("POST", "/reset")

    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        """Make one control call, below `/_sandbox`; raises SandboxError."""
        data = None if body is None else dumps(body)
        headers = {"Content-Type": "application/json"} if data is not None else {}
        url = f"{self._base_url}{path}"
        async with self._session.request(method, url, data=data, headers=headers) as response:
            answer = loads(await response.read())
            if response.status >= 400:
                raise SandboxError(response.status, str(answer.get("error")))
            return dict(answer)


def given(**values: Any) -> JsonObject:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}
