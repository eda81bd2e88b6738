"""Toss Payments over its sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.toss.connection import connect
from domain.money import Money
from sandbox.toss import RunningSandbox, Sandbox, SandboxControl
from tests.contract.gateways.sandboxed import SandboxedWorld
from tests.contract.gateways.world import THOUSAND_WON, TIMEOUT_S, GatewayWorld
from tests.support.factories import ORDER_ID

_ASKED = "/v1/"


class TossWorld(SandboxedWorld):
    """Plays everybody at Toss's sandbox, which the gateway asks over a socket."""

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        super().__init__(control)
        self._control = control
        self.connection = connect(
            client,
            secret_key=sandbox.live_key,
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
        payment = await self._control.create_payment(
            order_id,
            Decimal(amount.number),
            currency=amount.currency_code,
            method="virtualAccount" if virtual_account else "card",
            test=is_test,
            overrides={"currency": None} if is_spoilt else {},
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

    async def registered(self, order_id: str) -> Money | None:
        return None  # it is told of no amounts

    async def cut(self) -> None:
        await self._control.fault("hang", times=None)

    async def refuse(self) -> None:
        await self._control.fault("expired_token", path=_ASKED, times=None)

    async def babble(self) -> None:
        # Of a list, an empty one is no nonsense.
        await self._control.fault("broken_json", path=_ASKED, times=None)

    async def expire(self) -> None:
        pass  # its key does not run out

    async def lose_reply(self) -> None:
        await self._control.fault("lost_answer", path=_ASKED)

    async def lose_request(self) -> None:
        await self._control.fault("drop", path=_ASKED)

    async def questions(self) -> int:
        return int((await self._control.calls())["total"])


@asynccontextmanager
async def toss_world() -> AsyncIterator[GatewayWorld]:
    async with (
        Sandbox().serve() as sandbox,
        SandboxControl(sandbox.base_url) as control,
        build_client() as client,
    ):
        yield TossWorld(client, sandbox, control)
