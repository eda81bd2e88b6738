"""What one gateway can do is told by its parts, and what it cannot by their absence."""

from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.portone_v1.webhook import PortOneV1Webhook
from ports.gateway_connection import GatewayConnection
from ports.payment_listing import FoundPayments
from tests.support.factories import a_payment


def test_a_connection_has_its_gateways_name_and_pretends_nothing() -> None:
    connection = GatewayConnection(
        payments=MemoryPaymentGateway("somewhere"), webhooks=PortOneV1Webhook()
    )

    assert connection.name == "somewhere"
    cannot = (connection.listing, connection.search, connection.refunds, connection.amounts)
    assert cannot == (None, None, None, None)
    assert (connection.confirm, connection.approval) == (None, None)
    assert connection.merchant_account is None


async def test_a_gateway_without_connections_of_its_own_has_nothing_to_close() -> None:
    connection = GatewayConnection(
        payments=MemoryPaymentGateway("somewhere"), webhooks=PortOneV1Webhook()
    )

    assert await connection.close() is None  # type: ignore[func-returns-value] # that is the point


def test_found_payments_count_those_that_could_not_be_read() -> None:
    found = FoundPayments(payments=[a_payment()], unreadable=["imp_1", ""])

    assert len(found) == 3
