"""Every gateway that the contract is tried on. Another gateway is one more entry in `GATEWAYS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.portone_v1.connection import connect
from adapters.portone_v1.transport import build_client
from adapters.system.clock import SystemClock
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.payment_gateway import PaymentGateway
from sandbox.portone_v1 import Sandbox, SandboxControl
from tests.support.factories import ORDER_ID, a_key, a_payment, an_account, won

# Enough for an answer on a busy machine; one test waits for it to pass.
TIMEOUT_S = 2.0


class GatewayWorld(Protocol):
    """A gateway and all who act at its other side: the buyer, the bank, the shop's console."""

    gateway: PaymentGateway

    async def open(self, *, virtual_account: bool = False) -> str:
        """Open the window for 1,000 won of the usual order, and give the payment's id."""

    async def pay(self, payment_id: str) -> None:
        """Pay it, by card or by a transfer to the account."""

    async def issue(self, payment_id: str) -> None:
        """Issue the account."""

    async def fail(self, payment_id: str) -> None:
        """Let it fail."""

    async def refund(self, payment_id: str, won: int) -> None:
        """Give so much back."""

    async def cut(self) -> None:
        """Let questions end without an answer."""

    async def refuse(self) -> None:
        """Let the credentials be refused from now on."""

    async def babble(self) -> None:
        """Answer nonsense from now on."""

    async def questions(self) -> int:
        """How often something was asked about a payment."""


class MemoryWorld:
    """Tells the gateway in memory what became of each payment."""

    def __init__(self) -> None:
        self._memory = MemoryPaymentGateway("memory")
        self._payments: dict[str, Payment] = {}
        self.gateway: PaymentGateway = self._memory

    async def open(self, *, virtual_account: bool = False) -> str:
        payment_id = f"payment-{len(self._payments) + 1}"
        method = "vbank" if virtual_account else "card"
        self._become(payment_id, PaymentStatus.OPENED, method=method, paid_at=None)
        return payment_id

    async def pay(self, payment_id: str) -> None:
        self._become(payment_id, PaymentStatus.PAID)

    async def issue(self, payment_id: str) -> None:
        account = an_account()
        self._become(payment_id, PaymentStatus.AWAITING_DEPOSIT, virtual_account=account)

    async def fail(self, payment_id: str) -> None:
        self._become(payment_id, PaymentStatus.FAILED)

    async def refund(self, payment_id: str, amount: int) -> None:
        is_all = amount == 1000
        status = PaymentStatus.CANCELLED if is_all else PaymentStatus.PARTIALLY_CANCELLED
        self._become(payment_id, status, cancelled=won(amount))

    async def cut(self) -> None:
        self._memory.faults.fail_always("find_payment", GatewayUnavailable("cut"))

    async def refuse(self) -> None:
        self._memory.faults.fail_always("find_payment", GatewayRefused("refused"))

    async def babble(self) -> None:
        self._memory.faults.fail_always("find_payment", GatewayProtocolError("nonsense"))

    async def questions(self) -> int:
        return self._memory.questions.total()

    def _become(self, payment_id: str, status: PaymentStatus, **changes: object) -> None:
        known = self._payments.get(payment_id)
        kept: dict[str, object] = {}
        if known is not None:
            kept = {"method": known.method, "virtual_account": known.virtual_account}
        payment = a_payment(key=a_key(payment_id, "memory"), status=status, **(kept | changes))
        self._payments[payment_id] = payment
        self._memory.put(payment)


class PortOneV1World:
    """Plays everybody at PortOne's sandbox, which the gateway asks over a socket."""

    def __init__(self, gateway: PaymentGateway, control: SandboxControl) -> None:
        self._control = control
        self.gateway = gateway

    async def open(self, *, virtual_account: bool = False) -> str:
        method = "vbank" if virtual_account else "card"
        payment = await self._control.create_payment(ORDER_ID, 1000, pay_method=method, issue=False)
        return str(payment["imp_uid"])

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

    async def cut(self) -> None:
        await self._control.fault("hang", times=None)

    async def refuse(self) -> None:
        await self._control.fault("expired_token", path="/payments", times=None)

    async def babble(self) -> None:
        await self._control.fault("not_json_object", path="/payments", times=None)

    async def questions(self) -> int:
        by_endpoint = (await self._control.calls())["by_endpoint"]
        return int(by_endpoint.get("GET /payments/{imp_uid}", 0))


@asynccontextmanager
async def memory_world() -> AsyncIterator[GatewayWorld]:
    yield MemoryWorld()


@asynccontextmanager
async def portone_v1_world() -> AsyncIterator[GatewayWorld]:
    async with (
        Sandbox().serve() as sandbox,
        SandboxControl(sandbox.base_url) as control,
        build_client() as client,
    ):
        connection = connect(
            client,
            api_key=sandbox.api_key,
            api_secret=sandbox.api_secret,
            clock=SystemClock(),
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
        )
        yield PortOneV1World(connection.payments, control)


GATEWAYS: dict[str, Callable[[], AbstractAsyncContextManager[GatewayWorld]]] = {
    "memory": memory_world,
    "portone-v1": portone_v1_world,
}
