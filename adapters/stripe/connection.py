"""All that Stripe can do for us, with one key."""

from collections.abc import Sequence

from adapters.outbound.http_client import HttpClient
from adapters.stripe import wire
from adapters.stripe.approval import StripeApproval
from adapters.stripe.gateway import StripeGateway
from adapters.stripe.listing import StripeListing
from adapters.stripe.refunds import StripeRefundDesk
from adapters.stripe.session import Session
from adapters.stripe.webhook import StripeWebhook
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection


def connect(
    client: HttpClient,
    *,
    api_key: str,
    webhook_secrets: Sequence[str],
    clock: Clock,
    account: str | None = None,
    base_url: str = wire.BASE_URL,
    timeout_s: float = 5.0,
    long_timeout_s: float = 30.0,
    allow_test_payments: bool = False,
) -> GatewayConnection:
    """Every port that it has, each asking for itself. Asks nothing yet; closes the client.

    It cannot be asked for many payments by their ids, and its search by metadata shows what was
    written some minutes ago: so there is no search. It neither takes an order's amount beforehand
    nor asks before it charges. `long_timeout_s` is for a page, a refund and a capture.
    """
    session = Session(client, api_key=api_key, account=account, base_url=base_url)
    return GatewayConnection(
        payments=StripeGateway(session, timeout_s=timeout_s),
        webhooks=StripeWebhook(
            webhook_secrets, clock, account=account, allow_test_payments=allow_test_payments
        ),
        listing=StripeListing(session, clock, account=account, page_timeout_s=long_timeout_s),
        refunds=StripeRefundDesk(session, timeout_s=long_timeout_s),
        approval=StripeApproval(session, timeout_s=long_timeout_s),
        merchant_account=account,
        close=client.aclose,
    )
