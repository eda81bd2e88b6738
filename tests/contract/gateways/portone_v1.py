"""PortOne V1 over its sandbox."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal

from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.connection import connect
from domain.money import Currency, Money
from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld, overrides_of, played_at
from tests.contract.gateways.world import TIMEOUT_S, GatewayWorld, Window
from tests.support.factories import ORDER_ID


class PortOneV1World(SandboxedWorld[SandboxControl]):
    """Plays everybody at PortOne's sandbox, which the gateway asks over a socket."""

    asked_at = "/payments"

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        super().__init__(control)
        self.connection = connect(
            client,
            api_key=sandbox.api_key,
            api_secret=sandbox.api_secret,
            clock=self._clock,
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
            long_timeout_s=TIMEOUT_S,
        )

    async def open_window(self, asked: Window) -> str:
        payment = await self._control.create_payment(
            asked.order_id,
            Decimal(asked.amount.number),
            currency=asked.amount.currency_code,
            pay_method="vbank" if asked.by_account else "card",
            issue=False,
            sandbox=asked.is_test,
            overrides=overrides_of(asked),
        )
        return str(payment["imp_uid"])

    async def open_many(self, count: int) -> list[str]:
        return await self._control.create_payments(
            {"merchant_uid": ORDER_ID, "amount": 1000} for _ in range(count)
        )

    async def pay(self, payment_id: str) -> None:
        payment = await self._control.payment(payment_id)
        is_account = payment["pay_method"] == "vbank"
        await (self._control.deposit if is_account else self._control.pay)(payment_id)

    async def issue(self, payment_id: str) -> None:
        await self._control.issue(payment_id)

    async def fail(self, payment_id: str) -> None:
        await self._control.fail(payment_id)

    async def refund(self, payment_id: str, won: int) -> None:
        await self._control.cancel(payment_id, amount=won)

    async def registered(self, order_id: str) -> Money | None:
        prepared = await self._control.prepared(order_id)
        if prepared is None:
            return None
        return Money.of(prepared["amount"], Currency(prepared["currency"]))

    async def expire(self) -> None:
        await self._control.fault("expired_token", path=self.asked_at)

    async def questions(self) -> int:
        calls = await self._control.calls()
        return int(calls["total"] - calls["by_endpoint"].get("POST /users/getToken", 0))


def portone_v1_world() -> AbstractAsyncContextManager[GatewayWorld]:
    return played_at(Sandbox(), SandboxControl, PortOneV1World)
