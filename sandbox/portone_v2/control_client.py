"""A client of the control API, for tests, demos and benchmarks in any process."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from sandbox.machinery.control_client import ControlClient, given
from sandbox.machinery.exact_json import JsonObject


class SandboxControl(ControlClient):
    """Talks to one sandbox; amounts are whole numbers of minor units, as the vendor has them."""

    async def create_payment(
        self,
        amount: int,
        *,
        payment_id: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        omit: Collection[str] = (),
        **more: Any,
    ) -> JsonObject:
        """Open a payment in any state; the README has the fields' meaning."""
        body = {"amount": amount, "overrides": dict(overrides or {}), "omit": sorted(omit)}
        return await self.ask("POST", "/payments", body | given(payment_id=payment_id, **more))

    async def create_payments(self, payments: Iterable[Mapping[str, Any]]) -> list[str]:
        """Open up to 10,000 payments at once, without webhooks, and give their ids."""
        body = {"payments": [dict(payment) for payment in payments]}
        return list((await self.ask("POST", "/payments/bulk", body))["payment_ids"])

    async def pay(self, payment_id: str) -> JsonObject:
        """Let the buyer pay."""
        return await self.act(payment_id, "pay")

    async def pend(self, payment_id: str) -> JsonObject:
        """Let the payment company keep the end to itself for now."""
        return await self.act(payment_id, "pend")

    async def issue(self, payment_id: str, *, due_in_s: int | None = None) -> JsonObject:
        """Issue the virtual account of an open payment."""
        return await self.act(payment_id, "issue", given(due_in_s=due_in_s))

    async def deposit(self, payment_id: str, *, late: bool = False) -> JsonObject:
        """Let the buyer's deposit arrive; `late` also after the deadline."""
        return await self.act(payment_id, "deposit", {"late": late})

    async def cancel(
        self, payment_id: str, *, amount: int | None = None, reason: str | None = None
    ) -> JsonObject:
        """Cancel at the console, all that remains or a part."""
        body = given(amount=amount, reason=reason)
        return await self.act(payment_id, "cancel", body)

    async def fail(self, payment_id: str, *, reason: str | None = None) -> JsonObject:
        """Let the payment fail."""
        return await self.act(payment_id, "fail", given(reason=reason))

    async def allow(self, payment_id: str, *, declined: bool = False) -> JsonObject:
        """Let the buyer allow it: {payment_token, tx_id}; `declined`: the shop's word will fail."""
        return await self.act(payment_id, "allow", {"declined": declined})

    async def approve(
        self, payment_id: str, *, confirm_url: str | None = None, version: str | None = None
    ) -> JsonObject:
        """Ask the shop and conclude: {approved, reason, result, payment}."""
        body = given(confirm_url=confirm_url, version=version)
        return await self.act(payment_id, "approve", body)

    async def registered(self, payment_id: str) -> JsonObject | None:
        """Give the amount that the shop announced for a payment, if it did."""
        path = f"/registered/{quote(payment_id, safe='')}"
        registered: JsonObject | None = (await self.ask("GET", path))["registered"]
        return registered

    async def webhook(self, payment_id: str, /, **options: Any) -> list[JsonObject]:
        """Send webhooks and give how each was received: {status_code, body} or {error}.

        A delayed one is sent in the background and gives an empty list. The README has the
        options, among them the lies.
        """
        answer = await self.act(payment_id, "webhook", given(**options))
        return list(answer["deliveries"])
