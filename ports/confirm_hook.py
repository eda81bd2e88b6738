"""Reading the gateway's last question before it takes the money: may this order be charged this?"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class AmountUnit(StrEnum):
    """What a gateway's numbers count: whole dollars, or cents."""

    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmClaim:
    """What the gateway is about to charge. It tells no currency: that is the order's own.

    `order_id` is None where the gateway does not say; then our record must know the payment.
    """

    payment_id: str
    order_id: str | None
    number: str | Decimal | int
    unit: AmountUnit


class ConfirmHook(Protocol):
    """Turns raw requests to confirm into claims. A gateway that does not ask has none of these."""

    @property
    @abstractmethod
    def reason_field(self) -> str:
        """The name under which this gateway looks for "no, because …" in the answer."""

    @abstractmethod
    def read(self, headers: Mapping[str, str], body: bytes, /) -> ConfirmClaim:
        """The claim. Headers and body as in `WebhookAuthenticator`, and the errors too.

        May raise `InvalidValue` with the gateway's own name of the field that cannot be read.
        """
