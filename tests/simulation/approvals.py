"""Payments that wait for our word: the gateway takes their money once, and only then."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.money import Money
from domain.payment import Payment
from domain.payment_status import NOT_PAID_YET
from ports.errors import GatewayUnavailable
from ports.payment_approval import ApprovalDeclined
from tests.simulation.knocking import ASKING, Asking
from tests.simulation.port_calls import Fates

TAKEN = "money is taken at our word"
AGAIN = "gateway is told once more to take what it has taken"
DECLINED = "gateway declines an approval"
REFUSED = "bank refuses what the buyer has allowed"
GAVE_UP = "approval goes on after we gave up waiting for it"
KINDS = (TAKEN, AGAIN, DECLINED, REFUSED, GAVE_UP)

# The adapters' own limit for it: a bank is asked meanwhile.
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What came true at our word, at that knock; `place` is its snapshot's in the payment's life.

    Of an account no money is taken: it is but issued. `beside` are the order's payments whose money
    had been taken before, but for what the gateway itself had taken back by then.
    """

    payment_id: str
    order_id: str
    amount: Money
    place: int
    is_money: bool
    asking: Asking | None
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the buyer has allowed: `happens` makes it true. With `refused` the bank will not."""

    happens: Callable[[], None]
    refused: Callable[[], None] | None
    token: str | None
    # Done once it is decided, or nobody waits for it any more.
    decided: asyncio.Future[None]


class Truth(Protocol):
    """The gateway, as far as it is needed here."""

    lives: dict[str, list[Payment]]

    def tell(self, payment: Payment, asked_at: int) -> Payment:
        """Notes what is told."""


class Approvals:
    """A `PaymentApproval`."""

    def __init__(
        self, gateway: Truth, fates: Fates, tick: Callable[[], int], counts: Counter[str]
    ) -> None:
        self._gateway = gateway
        self._fates = fates
        self._tick = tick
        self._counts = counts
        self._waiting: dict[str, Waiting] = {}
        self.taken: list[Taken] = []
        # Payments of which we were told that no money was taken.
        self.declined: set[str] = set()

    def allow(self, payment_id: str, waiting: Waiting) -> None:
        """The buyer has allowed it: from now on it waits."""
        self._waiting[payment_id] = waiting

    def waiting(self, payment_id: str) -> Waiting | None:
        """What still waits; None if nothing does."""
        return self._waiting.get(payment_id)

    def is_over(self, payment_id: str) -> bool:
        """Nobody may take it any more; whether that is so only since now."""
        return self._waiting.pop(payment_id, None) is not None

    def has_taken(self, payment_id: str) -> bool:
        return any(taken.payment_id == payment_id for taken in self.taken)

    async def approve(
        self, payment_id: str, order_id: str, amount: Money, token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Takes the money, whether or not anybody still waits for the answer."""
        taking = asyncio.get_running_loop().create_task(
            self._take(payment_id, order_id, amount, token)
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.shield(taking)
        except TimeoutError:
            self._counts[GAVE_UP] += 1
            raise GatewayUnavailable("timeout") from None

    async def _take(
        self, payment_id: str, order_id: str, amount: Money, token: str | None
    ) -> Payment | ApprovalDeclined:
        asked_at = self._tick()
        await self._fates.on_the_wire(payment_id)
        life = self._gateway.lives.get(payment_id, [])
        if self.has_taken(payment_id):
            self._counts[AGAIN] += 1
            return self._gateway.tell(life[-1], asked_at)
        waiting = self._waiting.get(payment_id)
        if waiting is None or waiting.token not in (None, token):
            return self._decline(payment_id, "it does not wait")
        if (life[-1].order_id, life[-1].total) != (order_id, amount):
            return self._decline(payment_id, "another order or amount was allowed")
        del self._waiting[payment_id]
        if not waiting.decided.done():
            waiting.decided.set_result(None)
        if waiting.refused is not None:
            self._counts[REFUSED] += 1
            waiting.refused()
            return self._decline(payment_id, "the bank refuses")
        self._counts[TAKEN] += 1
        beside = self._paid_for(order_id)
        waiting.happens()
        is_money = life[-1].holds_money
        place = len(life) - 1
        taken = Taken(payment_id, order_id, amount, place, is_money, ASKING.get(), beside)
        self.taken.append(taken)
        return self._gateway.tell(life[-1], asked_at)

    def _paid_for(self, order_id: str) -> frozenset[str]:
        """The payments of that order whose money was taken, and is not said never to have been."""
        return frozenset(
            taken.payment_id
            for taken in self.taken
            if taken.order_id == order_id
            and taken.is_money
            and self._gateway.lives[taken.payment_id][-1].status not in NOT_PAID_YET
        )

    def _decline(self, payment_id: str, reason: str) -> ApprovalDeclined:
        self._counts[DECLINED] += 1
        self.declined.add(payment_id)
        return ApprovalDeclined(reason=reason)
