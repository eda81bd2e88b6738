"""The option that says at which gateway a payment is."""

import click

from entrypoints.settings import Settings

gateway_option = click.option(
    "--gateway", "gateway", help="the gateway of the payment  [PAYPROOF_GATEWAY]"
)


def chosen_gateway(settings: Settings, gateway: str | None) -> str:
    """The gateway that was named, or the default one. Refuses one that is not configured."""
    names = [each.adapter.name for each in settings.gateways]
    if gateway is not None and gateway not in names:
        raise click.BadParameter(f"must be {' or '.join(names)}", param_hint="--gateway")
    return gateway or settings.gateway
