"""All that one gateway can do for us. What it cannot is None, never a pretence."""

from dataclasses import dataclass

from ports.amount_registration import AmountRegistration
from ports.payment_gateway import PaymentGateway
from ports.payment_listing import PaymentListing
from ports.payment_search import PaymentSearch
from ports.refund_desk import RefundDesk
from ports.webhook_authenticator import WebhookAuthenticator


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConnection:
    """One gateway's ports. Looking at a payment and reading a webhook are what all of them can."""

    payments: PaymentGateway
    webhooks: WebhookAuthenticator
    listing: PaymentListing | None = None
    search: PaymentSearch | None = None
    refunds: RefundDesk | None = None
    amounts: AmountRegistration | None = None

    @property
    def name(self) -> str:
        """The gateway's name."""
        return self.payments.name
