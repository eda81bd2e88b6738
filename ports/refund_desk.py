"""Giving money back through the gateway."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from domain.errors import InvalidValue
from domain.money import Money
from domain.payment import Payment
from domain.refund import RefundAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What to give back. `amount` is explicit and above zero, even if it is all that remains.

    `remaining` is what the payment still held when we looked: a gateway that finds another sum
    refuses, so that one order carried out twice cannot give twice. `refund_id` is ours, the same
    on every try.
    """

    refund_id: str
    payment_id: str
    amount: Money
    remaining: Money
    reason: str
    account: RefundAccount | None = None

    def __post_init__(self) -> None:
        # Some gateways take zero for all that remains.
        if self.amount.amount_minor == 0:
            raise InvalidValue("amount", "must be above zero")
        if self.amount.currency != self.remaining.currency:
            raise InvalidValue("currency", "must be the payment's own")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDeclined:
    """The gateway will not, and nothing was given back; `reason` is its own sentence, cleaned."""

    reason: str


class RefundDesk(Protocol):
    """Gives back what was paid. A gateway that cannot has none of these."""

    @abstractmethod
    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives the money back, once: the payment as it is afterwards, or that it was declined.

        Raises `GatewayUnavailable` or `GatewayProtocolError` if that is not known. Then it may have
        happened, or may happen yet: look the payment up before you ask again. Never asked twice by
        the adapter itself. Raises `GatewayRefused` if our credentials are not accepted.
        """
