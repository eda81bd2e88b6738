"""A client of the control API, for tests, demos and benchmarks in any process."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sandbox.machinery.control_client import ControlClient, given
from sandbox.machinery.exact_json import JsonObject, Number


class SandboxControl(ControlClient):
    """Talks to one sandbox; amounts are in the vendor's minor units."""

    payments_path = "/payment_intents"

    async def create(self, amount: int, order_id: str | None = None, **fields: Any) -> JsonObject:
        """Open a payment; the README has the fields' meaning."""
        return await self.ask(
            "POST", self.payments_path, given(amount=amount, order_id=order_id, **fields)
        )

    async def create_many(self, openings: Iterable[Mapping[str, Any]]) -> list[str]:
        """Open up to 10,000 payments at once, without webhooks, and give their ids."""
        body = {"payment_intents": [dict(opening) for opening in openings]}
        return list((await self.ask("POST", f"{self.payments_path}/bulk", body))["ids"])

    async def pay(self, intent_id: str) -> JsonObject:
        """Let the buyer pay, or the bank tell that the money has come."""
        return await self.act(intent_id, "pay")

    async def authorise(self, intent_id: str) -> JsonObject:
        """Let the buyer's bank hold the money until the shop captures it."""
        return await self.act(intent_id, "authorise")

    async def process(self, intent_id: str) -> JsonObject:
        """Let the buyer order a payment whose end is told later."""
        return await self.act(intent_id, "process")

    async def fail(self, intent_id: str, **reason: str) -> JsonObject:
        """Let an attempt fail."""
        return await self.act(intent_id, "fail", dict(reason))

    async def cancel(self, intent_id: str, *, reason: str | None = None) -> JsonObject:
        """End it at the dashboard."""
        return await self.act(intent_id, "cancel", given(reason=reason))

    async def refund(
        self, intent_id: str, *, amount: int | None = None, status: str | None = None
    ) -> JsonObject:
        """Give money back at the dashboard, all that remains or a part."""
        body = given(amount=amount, status=status)
        return await self.act(intent_id, "refund", body)

    async def end_refund(self, refund_id: str, status: str, **why: str) -> JsonObject:
        """Let the bank tell what became of a refund."""
        path = f"/refunds/{quote(refund_id, safe='')}/end"
        return await self.ask("POST", path, {"status": status, **why})

    async def dispute(self, intent_id: str) -> JsonObject:
        """Let the buyer dispute the charge."""
        return await self.act(intent_id, "dispute")

    async def refuse_capture(self, intent_id: str) -> JsonObject:
        """Let the bank refuse what it had authorised."""
        return await self.act(intent_id, "refuse_capture")

    async def webhook(
        self,
        intent_id: str,
        *,
        kind: str | None = None,
        url: str | None = None,
        times: int = 1,
        delay_s: Number | float = 0,
        never: bool = False,
        event_id: str | None = None,
        account: str | None = None,
        secrets: Sequence[str] | None = None,
        age_s: int = 0,
    ) -> list[JsonObject]:
        """Send webhooks and give how each was received: {status_code, body} or {error}.

        `secrets` sign instead of the settings'; `age_s` sets the signature's time back.
        """
        body = given(
            type=kind,
            url=url,
            times=times,
            delay_s=delay_s,
            never=never,
            id=event_id,
            account=account,
            secrets=None if secrets is None else list(secrets),
            age_s=age_s,
        )
        return list((await self.act(intent_id, "webhook", body))["deliveries"])
