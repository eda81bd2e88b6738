"""The gateways that the settings name, each with all that it can do."""

from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.connection import connect
from domain.payment import Mode
from entrypoints.settings import Settings
from ports.clock import Clock
from ports.gateway_connection import GatewayConnection


def portone_v1_of(settings: Settings, client: HttpClient, clock: Clock) -> GatewayConnection:
    """PortOne V1, asked through that client; nobody is asked yet."""
    return connect(
        client,
        api_key=settings.portone_v1.api_key,
        api_secret=settings.portone_v1.api_secret,
        base_url=settings.portone_v1.base_url,
        timeout_s=settings.gateway_timeout_s,
        allow_test_payments=settings.mode is Mode.TEST,
        clock=clock,
    )
