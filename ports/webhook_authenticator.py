"""Reading what a gateway's webhook claims, and whether the gateway itself said it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.errors import InvalidValue
from domain.identifiers import check_delivery_id, check_order_id
from domain.payment import PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookClaim:
    """What a webhook says. It is only a reason to look: nothing in it is believed.

    It names the payment, the order, or both; None is what the webhook does not say, and an order
    id that cannot be one of ours. `delivery_id` is the sender's own id of the message, the same on
    every try; None if it has none, or if anybody could have written it: a message whose id was
    seen before is not looked at again.
    """

    payment_id: str | None
    order_id: str | None
    claimed: PaymentStatus
    delivery_id: str | None

    def __post_init__(self) -> None:
        if self.payment_id is None and self.order_id is None:
            raise InvalidValue("payment_id", "or order_id is needed: a claim is about something")
        if self.order_id is not None:
            check_order_id(self.order_id)
        if self.delivery_id is not None:
            check_delivery_id(self.delivery_id)


class WebhookAuthenticator(Protocol):
    """Turns raw webhook requests into claims."""

    @abstractmethod
    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim | None:
        """The claim. Header names are lower case; the body is the raw bytes.

        None for what is authentic and about nothing that we keep, like an event of a kind that
        came after us: it is acknowledged, and nobody looks. Where the gateway signs, raises
        `WebhookNotAuthentic` for what is unsigned, wrongly signed, signed too long ago or too far
        ahead, or has signature headers that cannot be read. Raises `WebhookRejected` for anything
        else that is malformed, with the code "too-large" for a body that is.
        """
