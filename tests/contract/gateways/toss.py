"""Toss Payments over its sandbox."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal

from adapters.outbound.http_client import HttpClient
from adapters.toss.connection import connect
from sandbox.toss import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld, overrides_of, played_at
from tests.contract.gateways.world import TIMEOUT_S, GatewayWorld, Window
from tests.support.factories import ORDER_ID


class TossWorld(SandboxedWorld[SandboxControl]):
    """Plays everybody at Toss's sandbox, which the gateway asks over a socket."""

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        super().__init__(control)
        self.connection = connect(
            client,
            secret_key=sandbox.live_key,
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
            method="virtualAccount" if asked.by_account else "card",
            test=asked.is_test,
            overrides=overrides_of(asked),
        )
        return str(payment["paymentKey"])

    async def open_with_discount(self, won: int) -> str:
        payment = await self._control.create_payment(ORDER_ID, 1000, method="easyPay", discount=won)
        return str(payment["paymentKey"])

    async def open_listed(self, *, is_test: bool = False, is_spoilt: bool = False) -> str:
        # A row of the list is about money.
        payment_id = await self.open(is_test=is_test, is_spoilt=is_spoilt)
        await self.pay(payment_id)
        return payment_id

    async def open_many(self, count: int) -> list[str]:
        return await self._control.create_payments(
            {"order_id": f"{ORDER_ID}-{number}", "amount": 1000, "status": "DONE"}
            for number in range(count)
        )

    async def make_news(self, payment_id: str) -> None:
        await self.refund(payment_id, 1)

    async def allow(self, payment_id: str) -> None:
        await self._control.authenticate(payment_id)

    async def decline_approval(self, payment_id: str) -> None:
        await self._control.reject(payment_id)

    async def pay(self, payment_id: str) -> None:
        payment = await self._control.payment(payment_id)
        is_account = payment["virtualAccount"] is not None
        await (self._control.deposit if is_account else self._control.settle)(payment_id)

    async def issue(self, payment_id: str) -> None:
        await self._control.settle(payment_id)

    async def fail(self, payment_id: str) -> None:
        await self._control.abort(payment_id)

    async def refund(self, payment_id: str, won: int) -> None:
        await self._control.cancel(payment_id, amount=won)

    async def babble(self) -> None:
        # Of a list, an empty one is no nonsense.
        await self._control.fault("broken_json", times=None)


def toss_world() -> AbstractAsyncContextManager[GatewayWorld]:
    return played_at(Sandbox(), SandboxControl, TossWorld)
