"""A client of the control API, for tests, demos and benchmarks in any process."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox.machinery.control_client import ControlClient, given
from sandbox.machinery.exact_json import JsonObject, Number


class SandboxControl(ControlClient):
    """Talks to one sandbox; amounts go both ways as int or Decimal, never as float."""

    async def create_payment(
        self,
        order_id: str,
        amount: Number | str,
        *,
        currency: str = "KRW",
        method: str = "card",
        status: str = "READY",
        test: bool = False,
        discount: Number | str | None = None,
        rejects_with: str | None = None,
        due_in_s: int | None = None,
        overrides: Mapping[str, Any] | None = None,
        omit: Collection[str] = (),
    ) -> JsonObject:
        """Open a payment in any state; the README has the fields' meaning."""
        body = {
            "order_id": order_id,
            "amount": amount,
            "currency": currency,
            "method": method,
            "status": status,
            "test": test,
            "overrides": dict(overrides or {}),
            "omit": sorted(omit),
        }
        body |= given(discount=discount, rejects_with=rejects_with, due_in_s=due_in_s)
        return await self.ask("POST", "/payments", body)

    async def create_payments(self, payments: Iterable[Mapping[str, Any]]) -> list[str]:
        """Open up to 10,000 payments at once, without webhooks, and give their keys."""
        body = {"payments": [dict(payment) for payment in payments]}
        return list((await self.ask("POST", "/payments/bulk", body))["payment_keys"])

    async def transactions(self, payment_key: str) -> list[JsonObject]:
        """Give the rows that a payment has in the vendor's journal, oldest first."""
        return list(
            (await self.ask("GET", self.path_of(payment_key, "transactions")))["transactions"]
        )

    async def authenticate(self, payment_key: str) -> JsonObject:
        """Let the buyer agree."""
        return await self.act(payment_key, "authenticate")

    async def reject(self, payment_key: str, *, code: str | None = None) -> JsonObject:
        """Let the card company say no when the shop approves."""
        return await self.act(payment_key, "reject", given(code=code))

    async def settle(self, payment_key: str) -> JsonObject:
        """Let the buyer agree and pay, or get the account, without the shop's approval."""
        return await self.act(payment_key, "settle")

    async def deposit(self, payment_key: str, *, late: bool = False) -> JsonObject:
        """Let the buyer's deposit arrive; `late` also after the deadline."""
        return await self.act(payment_key, "deposit", {"late": late})

    async def take_back(self, payment_key: str) -> JsonObject:
        """Let the bank take the deposit back."""
        return await self.act(payment_key, "take_back")

    async def abort(self, payment_key: str, *, code: str | None = None) -> JsonObject:
        """Let the payment fail."""
        return await self.act(payment_key, "abort", given(code=code))

    async def cancel(
        self, payment_key: str, *, amount: Number | str | None = None, reason: str | None = None
    ) -> JsonObject:
        """Cancel at the console, all that remains or a part."""
        body = given(amount=amount, reason=reason)
        return await self.act(payment_key, "cancel", body)

    async def webhook(
        self,
        payment_key: str,
        *,
        event: str | None = None,
        url: str | None = None,
        times: int = 1,
        delay_s: Number | float = 0,
        never: bool = False,
        transmission_id: str | None = None,
        lies: Mapping[str, str] | None = None,
    ) -> list[JsonObject]:
        """Send webhooks and give how each was received: {status_code, body} or {error}.

        A delayed one is sent in the background and gives an empty list. `lies` replaces
        the true paymentKey, orderId, status or secret.
        """
        body = given(event=event, url=url, transmission_id=transmission_id)
        body |= {"times": times, "delay_s": delay_s, "never": never, **(lies or {})}
        answer = await self.act(payment_key, "webhook", body)
        return list(answer["deliveries"])

    async def send_due_webhooks(self) -> list[JsonObject]:
        """Try again what failed and is due, and give how each was received."""
        return list((await self.ask("POST", "/webhooks/due"))["deliveries"])
