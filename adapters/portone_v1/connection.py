"""All that PortOne V1 can do for us, over one session."""

from adapters.outbound.http_client import HttpClient
from adapters.portone_v1 import wire
from adapters.portone_v1.amounts import PortOneV1AmountRegistration
from adapters.portone_v1.confirm import PortOneV1ConfirmHook
from adapters.portone_v1.gateway import PortOneV1Gateway
from adapters.portone_v1.listing import PortOneV1Listing
from adapters.portone_v1.refunds import PortOneV1RefundDesk
from adapters.portone_v1.search import PortOneV1Search
from adapters.portone_v1.session import Session
from adapters.portone_v1.webhook import PortOneV1Webhook
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection


def connect(
    client: HttpClient,
    *,
    api_key: str,
    api_secret: str,
    clock: Clock,
    base_url: str = wire.BASE_URL,
    timeout_s: float = 5.0,
    long_timeout_s: float = 30.0,
    allow_test_payments: bool = False,
) -> GatewayConnection:
    """Every port, each asking for itself, with one token between them. Asks nothing yet.

    `long_timeout_s` is the time for a page of many payments, and for a refund.
    """
    session = Session(
        client,
        api_key=api_key,
        api_secret=api_secret,
        clock=clock,
        base_url=base_url,
        token_timeout_s=timeout_s,
    )
    return GatewayConnection(
        payments=PortOneV1Gateway(
            session, timeout_s=timeout_s, allow_test_payments=allow_test_payments
        ),
        webhooks=PortOneV1Webhook(),
        listing=PortOneV1Listing(session, clock, page_timeout_s=long_timeout_s),
        search=PortOneV1Search(session, page_timeout_s=long_timeout_s),
        refunds=PortOneV1RefundDesk(session, timeout_s=long_timeout_s),
        amounts=PortOneV1AmountRegistration(session, timeout_s=timeout_s),
        confirm=PortOneV1ConfirmHook(),
        close=client.aclose,
    )
