"""A client of the control API, for tests, demos and benchmarks in any process."""

from collections.abc import Collection, Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiohttp import ClientSession, ClientTimeout

from sandbox.portone_v1.control_bulk import GENERATED_AT_ONCE
from sandbox.portone_v1.exact_json import JsonObject, Number, dumps, loads

# Longer than a webhook may take that is waited for.
_TIMEOUT_S = 120


class SandboxError(Exception):
    """The control API refused; `http_status` and `message` say why."""

    def __init__(self, http_status: int, message: str) -> None:
        """Carry the refusal."""
        super().__init__(f"{http_status}: {message}")
        self.http_status = http_status
        self.message = message


class SandboxControl:
    """Talks to one sandbox; amounts go both ways as int or Decimal, never as float."""

    def __init__(self, base_url: str) -> None:
        """Talk to the sandbox at this URL, once entered."""
        self._base_url = f"{base_url.rstrip('/')}/_sandbox"

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._session = ClientSession(timeout=ClientTimeout(total=_TIMEOUT_S))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._session.close()

    async def create_payment(
        self,
        merchant_uid: str,
        amount: Number | str,
        *,
        currency: str = "KRW",
        pay_method: str = "card",
        status: str = "ready",
        sandbox: bool = False,
        issue: bool = True,
        overrides: Mapping[str, Any] | None = None,
        omit: Collection[str] = (),
        imp_uid: str | None = None,
        due_in_s: int | None = None,
        notice_url: str | None = None,
        enforce_prepared: bool = False,
    ) -> JsonObject:
        """Open a payment in any state; the README has the fields' meaning."""
        body = {
            "merchant_uid": merchant_uid,
            "amount": amount,
            "currency": currency,
            "pay_method": pay_method,
            "status": status,
            "sandbox": sandbox,
            "issue": issue,
            "overrides": dict(overrides or {}),
            "omit": sorted(omit),
            "enforce_prepared": enforce_prepared,
        }
        body |= _given(imp_uid=imp_uid, due_in_s=due_in_s, notice_url=notice_url)
        return await self._object("POST", "/payments", body)

    async def create_payments(self, payments: Iterable[Mapping[str, Any]]) -> list[str]:
        """Open up to 10,000 payments at once, without webhooks, and give their imp_uids."""
        body = {"payments": [dict(payment) for payment in payments]}
        answer = await self._object("POST", "/payments/bulk", body)
        return list(answer["imp_uids"])

    async def generate_payments(
        self,
        count: int,
        *,
        since: int,
        until: int,
        prefix: str = "order-",
        amount: Number | str = 1000,
        status: str = "paid",
    ) -> None:
        """Open any number of alike payments, of the orders `order-0000000`, `order-0000001`, ….

        Their windows are opened evenly from `since` until before `until`, in unix seconds, and
        they reach their status at once. A million take some 15 seconds and 1.2 GB.
        """
        for first in range(0, count, GENERATED_AT_ONCE):
            some = min(GENERATED_AT_ONCE, count - first)
            body = {
                "amount": amount,
                "count": some,
                "first": first,
                "prefix": prefix,
                "since": since + (until - since) * first // count,
                "status": status,
                "until": since + (until - since) * (first + some) // count,
            }
            await self._object("POST", "/payments/generate", body)

    async def payment(self, imp_uid: str) -> JsonObject:
        """Show a payment."""
        return await self._object("GET", _path(imp_uid))

    async def pay(self, imp_uid: str) -> JsonObject:
        """Let the buyer pay."""
        return await self._object("POST", _path(imp_uid, "pay"))

    async def issue(self, imp_uid: str, *, due_in_s: int | None = None) -> JsonObject:
        """Issue the virtual account of an open payment."""
        return await self._object("POST", _path(imp_uid, "issue"), _given(due_in_s=due_in_s))

    async def deposit(self, imp_uid: str, *, late: bool = False) -> JsonObject:
        """Let the buyer's deposit arrive; `late` also after the deadline."""
        return await self._object("POST", _path(imp_uid, "deposit"), {"late": late})

    async def cancel(
        self, imp_uid: str, *, amount: Number | str | None = None, reason: str | None = None
    ) -> JsonObject:
        """Cancel at the console, all that remains or a part."""
        body = _given(amount=amount, reason=reason)
        return await self._object("POST", _path(imp_uid, "cancel"), body)

    async def fail(self, imp_uid: str, *, reason: str | None = None) -> JsonObject:
        """Let the payment fail."""
        return await self._object("POST", _path(imp_uid, "fail"), _given(reason=reason))

    async def approve(self, imp_uid: str, *, confirm_url: str | None = None) -> JsonObject:
        """Ask the shop and conclude: {approved, reason, result, payment}."""
        body = _given(confirm_url=confirm_url)
        return await self._object("POST", _path(imp_uid, "approve"), body)

    async def prepared(self, merchant_uid: str) -> JsonObject | None:
        """Give the amount that the shop announced for an order, if it did."""
        path = f"/prepared/{quote(merchant_uid, safe='')}"
        prepared: JsonObject | None = (await self._object("GET", path))["prepared"]
        return prepared

    async def webhook(
        self,
        imp_uid: str,
        *,
        url: str | None = None,
        form: bool | None = None,
        times: int = 1,
        delay_s: Number | float = 0,
        never: bool = False,
        lies: Mapping[str, str] | None = None,
    ) -> list[JsonObject]:
        """Send webhooks and give how each was received: {status_code, body} or {error}.

        A delayed one is sent in the background and gives an empty list. `lies` replaces
        the true imp_uid, merchant_uid or status.
        """
        options = _given(url=url, form=form, times=times, delay_s=delay_s, never=never)
        body = options | dict(lies or {})
        answer = await self._object("POST", _path(imp_uid, "webhook"), body)
        return list(answer["deliveries"])

    async def webhooks(self) -> list[JsonObject]:
        """Give the latest webhooks with how each was received, oldest first."""
        return list((await self._object("GET", "/webhooks"))["webhooks"])

    async def settings(self, **changes: Any) -> JsonObject:
        """Change the named settings and give all."""
        return await self._object("PUT", "/settings", changes)

    async def fault(self, kind: str, **options: Any) -> JsonObject:
        """Plan a fault; the README has the options of each kind."""
        return await self._object("POST", "/faults", {"kind": kind, **options})

    async def faults(self) -> JsonObject:
        """Give the planned faults and how often each kind fired."""
        return await self._object("GET", "/faults")

    async def clear_faults(self) -> JsonObject:
        """Let nothing more go wrong."""
        return await self._object("DELETE", "/faults")

    async def calls(self) -> JsonObject:
        """Give what was called: {total, by_endpoint, recent}."""
        return await self._object("GET", "/calls")

    async def reset_calls(self) -> None:
        """Count calls from nothing again."""
        await self._object("DELETE", "/calls")

    async def advance_clock(self, seconds: Number | float) -> int:
        """Move the sandbox's time forwards and give it."""
        return int((await self._object("POST", "/clock", {"advance_s": seconds}))["now"])

    async def now(self) -> int:
        """Give the sandbox's time."""
        return int((await self._object("GET", "/clock"))["now"])

    async def reset(self) -> None:
        """Return the sandbox to its beginning."""
        await self._object("POST", "/reset")

    async def _object(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        data = None if body is None else dumps(body)
        headers = {"Content-Type": "application/json"} if data is not None else {}
        url = f"{self._base_url}{path}"
        async with self._session.request(method, url, data=data, headers=headers) as response:
            answer = loads(await response.read())
            if response.status >= 400:
                raise SandboxError(response.status, str(answer.get("error")))
            return dict(answer)


def _path(imp_uid: str, verb: str = "") -> str:
    path = f"/payments/{quote(imp_uid, safe='')}"
    return f"{path}/{verb}" if verb else path


def _given(**values: Any) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None}
