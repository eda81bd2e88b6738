"""All that one gateway can do for us. What it cannot is None, never a pretence."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ports.amount_registration import AmountRegistration
from ports.confirm_hook import ConfirmHook
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.payment_listing import PaymentListing
from ports.payment_search import PaymentSearch
from ports.refund_desk import RefundDesk
from ports.webhook_authenticator import WebhookAuthenticator


async def nothing_to_close() -> None:
    """Closes nothing, for a gateway without connections of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConnection:
    """One gateway's ports. Looking at a payment and reading a webhook are what all of them can.

    `merchant_account` is the account that every payment must have been made to, if one is set.
    `close` ends what asking has opened; it is safe to call if nothing was asked.
    """

    payments: PaymentGateway
    webhooks: WebhookAuthenticator
    listing: PaymentListing | None = None
    search: PaymentSearch | None = None
    refunds: RefundDesk | None = None
    amounts: AmountRegistration | None = None
    confirm: ConfirmHook | None = None
    approval: PaymentApproval | None = None
    merchant_account: str | None = None
    close: Callable[[], Awaitable[None]] = nothing_to_close

    @property
    def name(self) -> str:
        """The gateway's name."""
        return self.payments.name
