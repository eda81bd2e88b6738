"""Stripe over its sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Final

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.stripe.connection import connect
from domain.money import Money
from sandbox.stripe import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld
from tests.contract.gateways.world import THOUSAND_WON, TIMEOUT_S, GatewayWorld
from tests.support.factories import ORDER_ID

_DECIMALS: Final = {"KRW": 0, "USD": 2}


class StripeWorld(SandboxedWorld):
    """Plays everybody at Stripe's sandbox, which the gateway asks over a socket."""

    # What remains, and whether ours is there already, are asked first.
    questions_of_a_refund = 3

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        super().__init__(control)
        self._control = control
        self.connection = connect(
            client,
            api_key=sandbox.api_key,
            webhook_secrets=[sandbox.webhook_secret],
            clock=self._clock,
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
            long_timeout_s=TIMEOUT_S,
        )

    async def open(
        self,
        *,
        virtual_account: bool = False,
        order_id: str = ORDER_ID,
        amount: Money = THOUSAND_WON,
        is_test: bool = False,
        is_spoilt: bool = False,
    ) -> str:
        assert not virtual_account, "it issues no account of its own"
        number = Decimal(amount.number).scaleb(_DECIMALS[amount.currency_code])
        payment = await self._control.create(
            int(number),
            order_id,
            currency=amount.currency_code.lower(),
            livemode=not is_test,
            overrides={"currency": None} if is_spoilt else {},
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

    async def issue(self, payment_id: str) -> None:
        raise AssertionError("it issues no account of its own")

    async def registered(self, order_id: str) -> Money | None:
        raise AssertionError("it takes no amount beforehand")

    async def fail(self, payment_id: str) -> None:
        await self._control.fail(payment_id)

    async def refund(self, payment_id: str, won: int) -> None:
        await self._control.refund(payment_id, amount=won)

    async def cut(self) -> None:
        await self._control.fault("hang", times=None)

    async def refuse(self) -> None:
        await self._control.fault("refused", times=None)

    async def babble(self) -> None:
        await self._control.fault("not_json_object", times=None)

    async def expire(self) -> None:
        pass  # a key does not run out

    async def lose_reply(self) -> None:
        await self._control.fault("lost_answer", method="POST")

    async def lose_request(self) -> None:
        await self._control.fault("drop", method="POST")

    async def questions(self) -> int:
        return int((await self._control.calls())["total"])


@asynccontextmanager
async def stripe_world() -> AsyncIterator[GatewayWorld]:
    async with (
        Sandbox().serve() as sandbox,
        SandboxControl(sandbox.base_url) as control,
        build_client() as client,
    ):
        yield StripeWorld(client, sandbox, control)
