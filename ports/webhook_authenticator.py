"""Reading what a gateway's webhook claims, and whether the gateway itself said it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.payment import PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookClaim:
    """What a webhook says. It is only a reason to look: nothing in it is believed."""

    payment_id: str
    order_id: str
    claimed: PaymentStatus


class WebhookAuthenticator(Protocol):
    """Turns raw webhook requests into claims."""

    @abstractmethod
    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim:
        """The claim. Header names are lower case; the body is the raw bytes.

        Raises `WebhookRejected` for anything malformed or, where the gateway signs, not authentic.
        """
