"""The gateways that the settings name, each with all that it can do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.errors import InvalidValue
from domain.payment import Mode
from domain.policy import Policy
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.settings import Settings, SettingsError
from ports.clock import Clock
from ports.gateway_adapter import Surroundings
from ports.gateway_connection import GatewayConnection


def connections_of(settings: Settings, clock: Clock) -> Mapping[str, GatewayConnection]:
    """Every gateway's connection, by its name; nobody is asked yet.

    Raises `SettingsError` for a setting that the gateway's adapter refuses.
    """
    surroundings = Surroundings(
        clock=clock,
        timeout_s=settings.gateway_timeout_s,
        allow_test_payments=settings.mode is Mode.TEST,
    )
    connections = {}
    for each in settings.gateways:
        with naming_setting(each.adapter.prefix):
            connections[each.adapter.name] = each.adapter.connect(each.values, surroundings)
    return connections


def faces_of(
    settings: Settings, connections: Mapping[str, GatewayConnection]
) -> Mapping[str, GatewayFace]:
    """What each gateway is at the HTTP interface, by its name."""
    return {
        each.adapter.name: GatewayFace(
            adapter=each.adapter,
            webhooks=connections[each.adapter.name].webhooks,
            confirm=connections[each.adapter.name].confirm,
        )
        for each in settings.gateways
    }


def policy_of(settings: Settings, connections: Mapping[str, GatewayConnection]) -> Policy:
    """What the settings allow, and which merchant account each gateway's payments must be of."""
    accounts = {name: each.merchant_account for name, each in connections.items()}
    return Policy(
        mode=settings.mode,
        merchant_accounts={name: each for name, each in accounts.items() if each is not None},
        tells_shop=settings.merchant_webhook is not None,
        refunds_surplus=settings.auto_refund.surplus,
        refunds_forged=settings.auto_refund.forged,
    )


@contextmanager
def naming_setting(prefix: str) -> Iterator[None]:
    """Names the setting that an adapter refuses; its field is the rest of the name."""
    try:
        yield
    except InvalidValue as error:
        raise SettingsError(f"{prefix}{error.field.upper()}", error.reason) from None
