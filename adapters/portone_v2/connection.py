"""All that PortOne V2 can do for us, with one secret."""

from collections.abc import Sequence

from adapters.outbound.http_client import HttpClient
from adapters.portone_v2 import wire
from adapters.portone_v2.amounts import PortOneV2AmountRegistration
from adapters.portone_v2.approval import PortOneV2Approval
from adapters.portone_v2.confirm import PortOneV2ConfirmHook
from adapters.portone_v2.gateway import PortOneV2Gateway
from adapters.portone_v2.listing import PortOneV2Listing
from adapters.portone_v2.naming import Naming, OrderIdIn
from adapters.portone_v2.refunds import PortOneV2RefundDesk
from adapters.portone_v2.search import PortOneV2Search
from adapters.portone_v2.session import Session
from adapters.portone_v2.signature import Signatures
from adapters.portone_v2.webhook import PortOneV2Webhook
from adapters.portone_v2.wire import Reading
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection


def connect(
    client: HttpClient,
    *,
    api_secret: str,
    store_id: str,
    webhook_keys: Sequence[bytes],
    clock: Clock,
    order_id_in: OrderIdIn = OrderIdIn.PAYMENT_ID,
    shop_approves: bool = False,
    base_url: str = wire.BASE_URL,
    timeout_s: float = 5.0,
    long_timeout_s: float = 30.0,
    allow_test_payments: bool = False,
) -> GatewayConnection:
    """Every port that this shop's way of working leaves it. Asks nothing yet; closes the client.

    The vendor finds and registers payments by their own id alone: where that is not the order's,
    nobody can search by order or register an order's amount. `long_timeout_s` is the time for a
    page of many payments, for a refund and for an approval.
    """
    session = Session(client, api_secret=api_secret, store_id=store_id, base_url=base_url)
    naming = Naming(order_id_in=order_id_in)
    reading = Reading(naming=naming, shop_approves=shop_approves)
    signatures = Signatures(webhook_keys, clock)
    is_named_by_order = order_id_in is OrderIdIn.PAYMENT_ID
    approval = PortOneV2Approval(
        session, reading, only_live=not allow_test_payments, timeout_s=long_timeout_s
    )
    return GatewayConnection(
        payments=PortOneV2Gateway(session, reading, timeout_s=timeout_s),
        webhooks=PortOneV2Webhook(signatures, naming, store_id=store_id),
        listing=PortOneV2Listing(session, reading, clock, page_timeout_s=long_timeout_s),
        search=(
            PortOneV2Search(session, reading, timeout_s=timeout_s) if is_named_by_order else None
        ),
        refunds=PortOneV2RefundDesk(session, reading, timeout_s=long_timeout_s),
        amounts=(
            PortOneV2AmountRegistration(session, timeout_s=timeout_s) if is_named_by_order else None
        ),
        confirm=PortOneV2ConfirmHook(signatures, naming, store_id=store_id),
        approval=approval if shop_approves else None,
        merchant_account=store_id,
        close=client.aclose,
    )
