"""PortOne V2 over its sandbox, for shops that name their orders in one way or the other."""

import json
from contextlib import AbstractAsyncContextManager
from functools import partial

from adapters.outbound.http_client import HttpClient
from adapters.portone_v2.connection import connect
from adapters.portone_v2.naming import OrderIdIn
from adapters.portone_v2.signature import read_secrets
from domain.money import Currency, Money
from domain.refund import RefundAccount
from sandbox.portone_v2 import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld, overrides_of, played_at
from tests.contract.gateways.world import TIMEOUT_S, GatewayWorld, Window
from tests.support.factories import ORDER_ID


class PortOneV2World(SandboxedWorld[SandboxControl]):
    """Plays everybody at PortOne's sandbox, which the gateway asks over a socket."""

    refund_account = RefundAccount(bank_code="SHINHAN", number="110-123-456789", holder="홍길동")

    def __init__(
        self,
        order_id_in: OrderIdIn,
        client: HttpClient,
        sandbox: RunningSandbox,
        control: SandboxControl,
    ) -> None:
        super().__init__(control)
        self._order_id_in = order_id_in
        self._tokens: dict[str, str] = {}
        self._n_opened = 0
        self.connection = connect(
            client,
            api_secret=sandbox.api_secret,
            store_id=sandbox.store_id,
            webhook_keys=read_secrets(" ".join(sandbox.webhook_secrets)),
            clock=self._clock,
            order_id_in=order_id_in,
            shop_approves=order_id_in is OrderIdIn.PAYMENT_ID,
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
            long_timeout_s=TIMEOUT_S,
        )

    async def open_window(self, asked: Window) -> str:
        payment = await self._control.create_payment(
            asked.amount.amount_minor,
            currency=asked.amount.currency_code,
            method="virtual_account" if asked.by_account else "card",
            issue=False,
            test=asked.is_test,
            overrides=overrides_of(asked),
            **self._named(asked.order_id),
        )
        return str(payment["id"])

    async def open_with_discount(self, won: int) -> str:
        payment = await self._control.create_payment(
            1000, discount=won, overrides={}, **self._named(ORDER_ID)
        )
        return str(payment["id"])

    async def open_many(self, count: int) -> list[str]:
        return await self._control.create_payments(
            {"amount": 1000, **self._named(ORDER_ID)} for _ in range(count)
        )

    async def allow(self, payment_id: str) -> None:
        self._tokens[payment_id] = (await self._control.allow(payment_id))["payment_token"]

    async def decline_approval(self, payment_id: str) -> None:
        await self._control.allow(payment_id, declined=True)

    async def approval_token(self, payment_id: str) -> str | None:
        return self._tokens.get(payment_id)

    async def pay(self, payment_id: str) -> None:
        payment = await self._control.payment(payment_id)
        is_account = payment["method"]["type"] == "PaymentMethodVirtualAccount"
        await (self._control.deposit if is_account else self._control.pay)(payment_id)

    async def issue(self, payment_id: str) -> None:
        await self._control.issue(payment_id)

    async def fail(self, payment_id: str) -> None:
        await self._control.fail(payment_id)

    async def refund(self, payment_id: str, won: int) -> None:
        await self._control.cancel(payment_id, amount=won)

    async def registered(self, order_id: str) -> Money | None:
        registered = await self._control.registered(order_id)
        if registered is None:
            return None
        return Money(amount_minor=registered["amount"], currency=Currency(registered["currency"]))

    def _named(self, order_id: str) -> dict[str, str]:
        self._n_opened += 1
        if self._order_id_in is OrderIdIn.CUSTOM_DATA:
            custom_data = json.dumps({"order_id": order_id, "note": "선물"})
            return {"payment_id": f"payment-{self._n_opened:06d}", "custom_data": custom_data}
        is_first = order_id != ORDER_ID or self._n_opened == 1
        return {"payment_id": order_id if is_first else f"{order_id}-{self._n_opened:06d}"}


def portone_v2_world() -> AbstractAsyncContextManager[GatewayWorld]:
    return played_at(Sandbox(), SandboxControl, partial(PortOneV2World, OrderIdIn.PAYMENT_ID))


def portone_v2_by_custom_data_world() -> AbstractAsyncContextManager[GatewayWorld]:
    return played_at(Sandbox(), SandboxControl, partial(PortOneV2World, OrderIdIn.CUSTOM_DATA))
