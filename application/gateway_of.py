"""Which gateway a payment is at, of those that are configured now."""

from collections.abc import Mapping

from domain.payment import PaymentKey
from ports.errors import GatewayUnavailable
from ports.payment_gateway import PaymentGateway


def gateway_of(gateways: Mapping[str, PaymentGateway], key: PaymentKey) -> PaymentGateway:
    """The payment's gateway, for refunds that are recorded already.

    Raises `GatewayUnavailable` for one that was taken out of the settings: it may come back, and
    until then the money must not be forgotten.
    """
    gateway = gateways.get(key.gateway)
    if gateway is None:
        raise GatewayUnavailable("not-configured")
    return gateway
