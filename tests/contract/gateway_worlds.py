"""Every gateway that the contract is tried on. Another gateway is one more entry in `GATEWAYS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from adapters.memory.clock import ManualClock
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.connection import connect
from adapters.portone_v1.webhook import PortOneV1Webhook
from adapters.system.clock import SystemClock
from domain.money import Currency, Money
from domain.payment import Mode, Payment, PaymentStatus
from entrypoints.container.clients import build_client
from ports.amount_registration import AmountRegistration
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.gateway_connection import GatewayConnection
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.payment_listing import PaymentListing
from ports.payment_search import PaymentSearch
from ports.refund_desk import RefundDesk
from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_account, won

# Enough for an answer on a busy machine; some tests wait for it to pass.
TIMEOUT_S = 2.0
THOUSAND_WON = won(1000)


class GatewayWorld(Protocol):
    """A gateway and all who act at its other side: the buyer, the bank, the shop's console."""

    connection: GatewayConnection

    @property
    def gateway(self) -> PaymentGateway:
        return self.connection.payments

    @property
    def listing(self) -> PaymentListing:
        assert self.connection.listing is not None
        return self.connection.listing

    @property
    def search(self) -> PaymentSearch:
        assert self.connection.search is not None
        return self.connection.search

    @property
    def refunds(self) -> RefundDesk:
        assert self.connection.refunds is not None
        return self.connection.refunds

    @property
    def amounts(self) -> AmountRegistration:
        assert self.connection.amounts is not None
        return self.connection.amounts

    @property
    def approval(self) -> PaymentApproval:
        assert self.connection.approval is not None
        return self.connection.approval

    def now(self) -> datetime:
        """The time here."""

    async def wait(self, seconds: int) -> None:
        """Let time pass."""

    async def open(
        self,
        *,
        virtual_account: bool = False,
        order_id: str = ORDER_ID,
        amount: Money = THOUSAND_WON,
        is_test: bool = False,
        is_spoilt: bool = False,
    ) -> str:
        """Open the window for a payment, and give its id.

        If spoilt, nobody can read what the gateway says of it.
        """

    async def open_many(self, count: int) -> list[str]:
        """Open many windows for 1,000 won of the usual order, in the order of their ids."""

    async def allow(self, payment_id: str) -> None:
        """Let the buyer allow it: it waits for our word. Only where the gateway can be told."""
        raise AssertionError("this gateway waits for nobody")

    async def decline_approval(self, payment_id: str) -> None:
        """Let our word not be enough for it."""
        raise AssertionError("this gateway waits for nobody")

    async def pay(self, payment_id: str) -> None:
        """Pay it, by card or by a transfer to the account."""

    async def issue(self, payment_id: str) -> None:
        """Issue the account."""

    async def fail(self, payment_id: str) -> None:
        """Let it fail."""

    async def refund(self, payment_id: str, won: int) -> None:
        """Give so much back, at the console."""

    async def registered(self, order_id: str) -> Money | None:
        """The amount that the gateway holds for an order."""

    async def cut(self) -> None:
        """Let questions end without an answer."""

    async def refuse(self) -> None:
        """Let the credentials be refused from now on."""

    async def babble(self) -> None:
        """Answer nonsense from now on."""

    async def expire(self) -> None:
        """Let what we were let in with run out, before the next question."""

    async def lose_reply(self) -> None:
        """Carry out the next thing that is asked for, and lose the answer."""

    async def lose_request(self) -> None:
        """Lose the next thing that is asked for."""

    async def questions(self) -> int:
        """How often something was asked, whatever became of it."""


_METHODS = (
    "find_payment",
    "find_payments",
    "find_payments_of_order",
    "pages",
    "refund",
    "register_amount",
    "approve",
)


class MemoryWorld(GatewayWorld):
    """Tells the gateway in memory what became of each payment."""

    def __init__(self) -> None:
        self._clock = ManualClock(NOON)
        self._memory = MemoryPaymentGateway("memory", clock=self._clock)
        self._payments: dict[str, Payment] = {}
        self.connection = GatewayConnection(
            payments=self._memory,
            webhooks=PortOneV1Webhook(),
            listing=self._memory,
            search=self._memory,
            refunds=self._memory,
            amounts=self._memory,
            approval=self._memory,
        )

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, seconds: int) -> None:
        self._clock.advance(seconds)

    async def open(
        self,
        *,
        virtual_account: bool = False,
        order_id: str = ORDER_ID,
        amount: Money = THOUSAND_WON,
        is_test: bool = False,
        is_spoilt: bool = False,
    ) -> str:
        payment_id = f"payment-{len(self._payments) + 1}"
        self._become(
            payment_id,
            PaymentStatus.OPENED,
            method="vbank" if virtual_account else "card",
            paid_at=None,
            order_id=order_id,
            total=amount,
            cancelled=Money.zero(amount.currency),
            mode=Mode.TEST if is_test else Mode.LIVE,
        )
        if is_spoilt:
            self._memory.spoil(payment_id)
        return payment_id

    async def open_many(self, count: int) -> list[str]:
        return [await self.open() for _ in range(count)]

    async def allow(self, payment_id: str) -> None:
        self._become(payment_id, PaymentStatus.OPENED, awaits_approval=True)

    async def decline_approval(self, payment_id: str) -> None:
        self._memory.declines[payment_id] = "the card has expired"

    async def pay(self, payment_id: str) -> None:
        self._become(payment_id, PaymentStatus.PAID, paid_at=self.now())

    async def issue(self, payment_id: str) -> None:
        account = an_account()
        self._become(payment_id, PaymentStatus.AWAITING_DEPOSIT, virtual_account=account)

    async def fail(self, payment_id: str) -> None:
        self._become(payment_id, PaymentStatus.FAILED)

    async def refund(self, payment_id: str, amount: int) -> None:
        is_all = amount == 1000
        status = PaymentStatus.CANCELLED if is_all else PaymentStatus.PARTIALLY_CANCELLED
        self._become(payment_id, status, cancelled=won(amount))

    async def registered(self, order_id: str) -> Money | None:
        return self._memory.amounts.get(order_id)

    async def cut(self) -> None:
        self._fail(GatewayUnavailable("cut"))

    async def refuse(self) -> None:
        self._fail(GatewayRefused("refused"))

    async def babble(self) -> None:
        self._fail(GatewayProtocolError("nonsense"))

    async def expire(self) -> None:
        pass  # nobody is let in: it has no door

    async def lose_reply(self) -> None:
        # A registration that is lost is repeated by the adapter: here it is only carried out.
        for method in ("refund", "approve"):
            self._memory.faults.fail(method, GatewayUnavailable("lost"), after=True)

    async def lose_request(self) -> None:
        for method in ("refund", "approve"):
            self._memory.faults.fail(method, GatewayUnavailable("lost"))

    async def questions(self) -> int:
        return self._memory.faults.calls.total()

    def _fail(self, error: Exception) -> None:
        for method in _METHODS:
            self._memory.faults.fail_always(method, error)

    def _become(self, payment_id: str, status: PaymentStatus, **changes: Any) -> None:
        known = self._payments.get(payment_id)
        if known is None:
            payment = a_payment(key=a_key(payment_id, "memory"), status=status, **changes)
        else:
            payment = replace(known, status=status, **changes)
        self._payments[payment_id] = payment
        self._memory.put(payment)


class ShiftedClock(SystemClock):
    """The time of the machine, and as much more as the sandbox was advanced."""

    def __init__(self) -> None:
        self._ahead_s = 0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._ahead_s)

    def advance(self, seconds: int) -> None:
        self._ahead_s += seconds


class PortOneV1World(GatewayWorld):
    """Plays everybody at PortOne's sandbox, which the gateway asks over a socket."""

    def __init__(
        self, client: HttpClient, sandbox: RunningSandbox, control: SandboxControl
    ) -> None:
        self._control = control
        self._clock = ShiftedClock()
        self.connection = connect(
            client,
            api_key=sandbox.api_key,
            api_secret=sandbox.api_secret,
            clock=self._clock,
            base_url=sandbox.base_url,
            timeout_s=TIMEOUT_S,
            long_timeout_s=TIMEOUT_S,
        )

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, seconds: int) -> None:
        await self._control.advance_clock(seconds)
        self._clock.advance(seconds)

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
            pay_method="vbank" if virtual_account else "card",
            issue=False,
            sandbox=is_test,
            overrides={"currency": None} if is_spoilt else {},
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

    async def cut(self) -> None:
        await self._control.fault("hang", times=None)

    async def refuse(self) -> None:
        await self._control.fault("expired_token", path="/payments", times=None)

    async def babble(self) -> None:
        await self._control.fault("not_json_object", path="/payments", times=None)

    async def expire(self) -> None:
        await self._control.fault("expired_token", path="/payments")

    async def lose_reply(self) -> None:
        await self._control.fault("lost_answer", path="/payments")

    async def lose_request(self) -> None:
        await self._control.fault("drop", path="/payments")

    async def questions(self) -> int:
        calls = await self._control.calls()
        return int(calls["total"] - calls["by_endpoint"].get("POST /users/getToken", 0))


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
        yield PortOneV1World(client, sandbox, control)


GATEWAYS: dict[str, Callable[[], AbstractAsyncContextManager[GatewayWorld]]] = {
    "memory": memory_world,
    "portone-v1": portone_v1_world,
}
# Those whose money waits for our word; the others take it unasked.
APPROVED: tuple[str, ...] = ("memory",)
