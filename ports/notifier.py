"""Messages to people: the buyer by SMS, the operator however the shop likes."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Protocol

from domain.money import Money
from domain.payment import PaymentKey
from domain.tasks import AlertReason
from domain.virtual_account import VirtualAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotice:
    """Tells a buyer where to transfer. The phone is the order's, never a gateway's or webhook's.

    `text` is the whole message, in the buyer's language, as lines without any link; it says what
    `account` is. It is to be sent as it is, or not at all: never cut.
    """

    message_id: str
    phone: str = field(repr=False)
    order_id: str
    account: VirtualAccount
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAlert:
    """Tells the operator that a person should look at an order.

    `refund` is what would cure it; `refund_id` names the refund that it is about.
    """

    message_id: str
    order_id: str
    key: PaymentKey
    reason: AlertReason
    refund: Money | None = None
    refund_id: str | None = None


Notice = AccountNotice | OperatorAlert


class Notifier(Protocol):
    """Delivers notices."""

    @abstractmethod
    async def send(self, notice: Notice, /) -> None:
        """Returns when the provider has taken the message.

        Raises `NotifierRefused` if it never will, and `NotifierUnavailable` if that is not known.
        Two notices with one `message_id` are one message: a provider that can tell, sends one.
        """
