"""What the contract needs of every gateway: its ports, and all who act at its other side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from adapters.system.clock import SystemClock
from domain.money import Money
from domain.refund import RefundAccount
from ports.amount_registration import AmountRegistration
from ports.gateway_connection import GatewayConnection
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.payment_listing import PaymentListing
from ports.payment_search import PaymentSearch
from ports.refund_desk import RefundDesk
from tests.support.factories import ORDER_ID, won

# Enough for an answer on a busy machine; some tests wait for it to pass.
TIMEOUT_S = 2.0
THOUSAND_WON = won(1000)


class ShiftedClock(SystemClock):
    """The time of the machine, and as much more as the sandbox was advanced."""

    def __init__(self) -> None:
        self._ahead_s = 0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._ahead_s)

    def advance(self, seconds: int) -> None:
        self._ahead_s += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a buyer's window is to be opened for."""

    order_id: str
    amount: Money
    by_account: bool
    is_test: bool
    # Nobody can read what the gateway says of it.
    is_spoilt: bool


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

    # Where money goes back to that cannot go back the way it came.
    refund_account: RefundAccount = RefundAccount(
        bank_code="088", number="110-123-456789", holder="홍길동"
    )

    # How many questions a refund is, those asked before it included.
    questions_of_a_refund: int = 1

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

        If spoilt, nobody can read what the gateway says of it. Where an order has one payment,
        all further payments are of orders of their own, and are named so.
        """
        asked = Window(
            order_id=order_id,
            amount=amount,
            by_account=virtual_account,
            is_test=is_test,
            is_spoilt=is_spoilt,
        )
        return await self.open_window(asked)

    async def open_window(self, asked: Window) -> str:
        """Open what `open` was asked for."""

    async def open_with_discount(self, won: int) -> str:
        """Open a window for 1,000 won of which somebody else than the buyer bears a part."""
        raise AssertionError("this gateway tells of no discounts")

    async def open_listed(self, *, is_test: bool = False, is_spoilt: bool = False) -> str:
        """Open a window and let happen what makes the gateway's list show it, if anything must."""
        return await self.open(is_test=is_test, is_spoilt=is_spoilt)

    async def open_many(self, count: int) -> list[str]:
        """Open many windows for 1,000 won, as the list shows them, in the order of their ids."""

    async def make_news(self, payment_id: str) -> None:
        """Let something happen to what is listed already: it is paid, if nothing else says so."""
        await self.pay(payment_id)

    async def allow(self, payment_id: str) -> None:
        """Let the buyer allow it: it waits for our word. Only where the gateway can be told."""
        raise AssertionError("this gateway waits for nobody")

    async def approval_token(self, payment_id: str) -> str | None:
        """What the buyer's page was given for our word, at gateways that give something."""
        return None

    async def decline_approval(self, payment_id: str) -> None:
        """Let our word not be enough for it."""
        raise AssertionError("this gateway waits for nobody")

    async def pay(self, payment_id: str) -> None:
        """Pay it, by card or by a transfer to the account."""

    async def issue(self, payment_id: str) -> None:
        """Issue the account."""
        raise AssertionError("this gateway issues no accounts")

    async def fail(self, payment_id: str) -> None:
        """Let it fail."""

    async def refund(self, payment_id: str, won: int) -> None:
        """Give so much back, at the console."""

    async def registered(self, order_id: str) -> Money | None:
        """The amount that the gateway holds for an order."""
        raise AssertionError("this gateway is told no amounts")

    async def cut(self) -> None:
        """Let questions end without an answer."""

    async def refuse(self) -> None:
        """Let the credentials be refused from now on."""

    async def halve_a_character(self) -> None:
        """Answer rightly, but with half a character in a text that nobody needs."""

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
