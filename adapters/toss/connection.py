"""All that Toss Payments can do for us, over one session."""

from adapters.outbound.http_client import HttpClient
from adapters.toss import wire
from adapters.toss.approval import TossApproval
from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.gateway import TossGateway
from adapters.toss.listing import TossListing
from adapters.toss.refunds import TossRefundDesk
from adapters.toss.search import TossSearch
from adapters.toss.session import Session
from adapters.toss.webhook import TossWebhook
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection


def connect(
    client: HttpClient,
    *,
    secret_key: str,
    clock: Clock,
    base_url: str = wire.BASE_URL,
    merchant_account: str | None = None,
    timeout_s: float = 5.0,
    long_timeout_s: float = 30.0,
) -> GatewayConnection:
    """Every port, each asking for itself. Asks nothing yet.

    The vendor is told of no amounts before, and asks nothing before it approves: it waits for our
    word instead. `long_timeout_s` is the time for a page of many rows, for an approval and for a
    refund.
    """
    session = Session(client, secret_key=secret_key, base_url=base_url)
    secrets = DepositSecrets()
    return GatewayConnection(
        payments=TossGateway(session, secrets, timeout_s=timeout_s),
        webhooks=TossWebhook(secrets),
        listing=TossListing(session, clock, timeout_s=timeout_s, page_timeout_s=long_timeout_s),
        search=TossSearch(session, timeout_s=timeout_s),
        refunds=TossRefundDesk(session, timeout_s=long_timeout_s),
        approval=TossApproval(session, secrets, timeout_s=long_timeout_s),
        merchant_account=merchant_account,
        close=client.aclose,
    )
