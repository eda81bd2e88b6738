"""Taking the money of a payment that the buyer has allowed, and that waits for our word."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from domain.money import Money
from domain.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDeclined:
    """The gateway will not, and no money was taken; `reason` is its own sentence, cleaned."""

    reason: str


class PaymentApproval(Protocol):
    """Approves payments. A gateway that takes the money unasked has none of these."""

    @abstractmethod
    async def approve(
        self, payment_id: str, order_id: str, amount: Money, token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Takes the money, once: the payment as it is afterwards, or that it was declined.

        `token` is what the buyer's page was given for this, at gateways that give one. Calling
        again is safe: the gateway's own means, like an idempotency key made of the payment id, keep
        it from charging twice. Raises `GatewayUnavailable` or `GatewayProtocolError` if the end is
        not known: then it may have happened, or may happen yet, and the payment must be looked up.
        Raises `GatewayRefused` if our credentials are not accepted, and `InvalidValue`, without
        asking, for an id or a token that cannot be one.
        """
