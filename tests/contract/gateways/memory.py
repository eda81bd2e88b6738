"""The gateway in memory, told what became of each payment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.memory.clock import ManualClock
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.portone_v1.webhook import PortOneV1Webhook
from domain.money import Money
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.gateway_connection import GatewayConnection
from tests.contract.gateways.world import GatewayWorld, Window
from tests.support.factories import NOON, a_key, a_payment, an_account, won

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

    async def open_window(self, asked: Window) -> str:
        payment_id = f"payment-{len(self._payments) + 1}"
        self._become(
            payment_id,
            PaymentStatus.OPENED,
            method="vbank" if asked.by_account else "card",
            paid_at=None,
            order_id=asked.order_id,
            total=asked.amount,
            cancelled=Money.zero(asked.amount.currency),
            mode=Mode.TEST if asked.is_test else Mode.LIVE,
        )
        if asked.is_spoilt:
            self._memory.spoil(payment_id)
        return payment_id

    async def open_with_discount(self, amount: int) -> str:
        payment_id = await self.open()
        self._become(payment_id, PaymentStatus.OPENED, discount=won(amount))
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

    async def halve_a_character(self) -> None:
        pass  # it says no texts

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


@asynccontextmanager
async def memory_world() -> AsyncIterator[GatewayWorld]:
    yield MemoryWorld()
