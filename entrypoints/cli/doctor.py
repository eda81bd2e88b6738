"""`payproof doctor`: settings, database and gateway credentials, each with a clear line."""

import asyncio
import os

import click

from entrypoints.cli.exits import Exit
from entrypoints.container import DatabaseUnusable, open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, SettingsError, load_settings
from ports.errors import GatewayRefused, PortError
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway

# No payment has this id: the answer "unknown" proves that our credentials were accepted.
_NOBODYS_PAYMENT = "imp_000000000000"


@click.command()
def doctor() -> Exit:
    """Check that payproof could serve; changes nothing."""
    configure_logs()
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        _line("settings", f"wrong: {error}", ok=False)
        return Exit.USAGE
    _line("settings", f"read: mode {settings.mode}, gateway {settings.gateway}", ok=True)
    if settings.api_key is None:
        _line("api key", "not set: the order endpoints answer 401", ok=False)
    try:
        return asyncio.run(_examine(settings))
    except DatabaseUnusable as error:
        _line("database", str(error), ok=False)
        return Exit.USAGE


async def _examine(settings: Settings) -> Exit:
    async with open_container(settings) as container:
        database = await _database(container.orders())
        gateway = await _gateway(container.gateway(), settings)
    return max(database, gateway)


async def _database(orders: OrderRepository) -> Exit:
    try:
        await orders.ping()
    except PortError as error:
        _line("database", f"out of reach ({error.code})", ok=False)
        return Exit.NOT_KNOWN_YET
    _line("database", "answers and takes writes", ok=True)
    return Exit.DONE


async def _gateway(gateway: PaymentGateway, settings: Settings) -> Exit:
    where = f"{gateway.name} at {settings.portone_v1.base_url}"
    try:
        await gateway.find_payment(_NOBODYS_PAYMENT)
    except GatewayRefused:
        _line("gateway", f"{where} refuses the credentials: check key and secret", ok=False)
        return Exit.USAGE
    except PortError as error:
        _line("gateway", f"{where} is out of reach ({error.code})", ok=False)
        return Exit.NOT_KNOWN_YET
    _line("gateway", f"{where} accepts the credentials", ok=True)
    return Exit.DONE


def _line(what: str, finding: str, *, ok: bool) -> None:
    click.echo(f"{'ok  ' if ok else 'FAIL'}  {what:<9} {finding}")
