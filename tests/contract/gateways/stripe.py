"""Stripe over its sandbox."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Final

from adapters.outbound.http_client import HttpClient
from adapters.stripe.connection import connect
from sandbox.stripe import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld, overrides_of, played_at
from tests.contract.gateways.world import TIMEOUT_S, GatewayWorld, Window
from tests.support.factories import ORDER_ID

_DECIMALS: Final = {"KRW": 0, "USD": 2}


class StripeWorld(SandboxedWorld[SandboxControl]):
    """Plays everybody at Stripe's sandbox, which the gateway asks over a socket."""

    # What remains, and whether ours is there already, are asked first.
    questions_of_a_refund = 3

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        super().__init__(control)
        self.connection = connect(
            client,
            api_key=sandbox.api_key,
            webhook_secrets=[sandbox.webhook_secret],
            clock=self._clock,
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
            long_timeout_s=TIMEOUT_S,
        )

    async def open_window(self, asked: Window) -> str:
        assert not asked.by_account, "it issues no account of its own"
        number = Decimal(asked.amount.number).scaleb(_DECIMALS[asked.amount.currency_code])
        payment = await self._control.create(
            int(number),
            asked.order_id,
            currency=asked.amount.currency_code.lower(),
            livemode=not asked.is_test,
            overrides=overrides_of(asked),
        )
        return str(payment["id"])

    async def open_many(self, count: int) -> list[str]:
        return await self._control.create_many(
            {"order_id": ORDER_ID, "amount": 1000} for _ in range(count)
        )

    async def allow(self, payment_id: str) -> None:
        await self._control.authorise(payment_id)

    async def decline_approval(self, payment_id: str) -> None:
        await self._control.refuse_capture(payment_id)

    async def pay(self, payment_id: str) -> None:
        await self._control.pay(payment_id)

    async def fail(self, payment_id: str) -> None:
        await self._control.fail(payment_id)

    async def refund(self, payment_id: str, won: int) -> None:
        await self._control.refund(payment_id, amount=won)

    async def refuse(self) -> None:
        await self._control.fault("refused", times=None)


def stripe_world() -> AbstractAsyncContextManager[GatewayWorld]:
    return played_at(Sandbox(), SandboxControl, StripeWorld)
