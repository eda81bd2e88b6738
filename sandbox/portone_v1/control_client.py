"""A client of the control API, for tests, demos and benchmarks in any process."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from sandbox.machinery.control_client import ControlClient, given
from sandbox.machinery.exact_json import JsonObject, Number
from sandbox.portone_v1.control_bulk import GENERATED_AT_ONCE


class SandboxControl(ControlClient):
    """Talks to one sandbox; amounts go both ways as int or Decimal, never as float."""

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
        body |= given(imp_uid=imp_uid, due_in_s=due_in_s, notice_url=notice_url)
        return await self.ask("POST", "/payments", body)

    async def create_payments(self, payments: Iterable[Mapping[str, Any]]) -> list[str]:
        """Open up to 10,000 payments at once, without webhooks, and give their imp_uids."""
        body = {"payments": [dict(payment) for payment in payments]}
        answer = await self.ask("POST", "/payments/bulk", body)
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
            await self.ask("POST", "/payments/generate", body)

    async def pay(self, imp_uid: str) -> JsonObject:
        """Let the buyer pay."""
        return await self.act(imp_uid, "pay")

    async def issue(self, imp_uid: str, *, due_in_s: int | None = None) -> JsonObject:
        """Issue the virtual account of an open payment."""
        return await self.act(imp_uid, "issue", given(due_in_s=due_in_s))

    async def deposit(self, imp_uid: str, *, late: bool = False) -> JsonObject:
        """Let the buyer's deposit arrive; `late` also after the deadline."""
        return await self.act(imp_uid, "deposit", {"late": late})

    async def cancel(
        self, imp_uid: str, *, amount: Number | str | None = None, reason: str | None = None
    ) -> JsonObject:
        """Cancel at the console, all that remains or a part."""
        body = given(amount=amount, reason=reason)
        return await self.act(imp_uid, "cancel", body)

    async def fail(self, imp_uid: str, *, reason: str | None = None) -> JsonObject:
        """Let the payment fail."""
        return await self.act(imp_uid, "fail", given(reason=reason))

    async def approve(self, imp_uid: str, *, confirm_url: str | None = None) -> JsonObject:
        """Ask the shop and conclude: {approved, reason, result, payment}."""
        body = given(confirm_url=confirm_url)
        return await self.act(imp_uid, "approve", body)

    async def prepared(self, merchant_uid: str) -> JsonObject | None:
        """Give the amount that the shop announced for an order, if it did."""
        path = f"/prepared/{quote(merchant_uid, safe='')}"
        prepared: JsonObject | None = (await self.ask("GET", path))["prepared"]
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
        options = given(url=url, form=form, times=times, delay_s=delay_s, never=never)
        body = options | dict(lies or {})
        answer = await self.act(imp_uid, "webhook", body)
        return list(answer["deliveries"])
