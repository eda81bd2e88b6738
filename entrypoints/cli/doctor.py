"""`payproof doctor`: settings, database and gateway credentials, each with a clear line."""

import asyncio
import os
from collections.abc import AsyncIterator

import click

from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.container import open_container, open_gateways
from entrypoints.container.stores import Store
from entrypoints.gateway_settings import ConfiguredGateway
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, SettingsError, load_settings
from ports.errors import PortError
from ports.payment_gateway import PaymentGateway


@click.command()
@click.option(
    "--create-indexes", is_flag=True, help="create what is missing of them, however long it takes"
)
def doctor(*, create_indexes: bool) -> Exit:
    """Check that payproof could serve. Makes the database if there is none, as serving would."""
    configure_logs()
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        return _report("settings", f"wrong: {error}", Exit.USAGE)
    names = ", ".join(each.adapter.name for each in settings.gateways)
    several = f" of {names}" if len(settings.gateways) > 1 else ""
    _report("settings", f"read: mode {settings.mode}, gateway {settings.gateway}{several}")
    if settings.api_key is None:
        _line("note", "api key", "PAYPROOF_API_KEY is not set: the order endpoints answer 401")
    endings = asyncio.run(_examine(settings, create_indexes))
    # What a person has to mend comes before what may mend itself.
    return next((each for each in (Exit.USAGE, Exit.NOT_KNOWN_YET) if each in endings), Exit.DONE)


async def _examine(settings: Settings, create_indexes: bool) -> tuple[Exit, ...]:
    database = await _database(settings, create_indexes)
    return (database, *[ending async for ending in _gateways(settings)])


async def _database(settings: Settings, create_indexes: bool) -> Exit:
    try:
        async with open_container(settings) as container:
            if create_indexes:
                await _create_indexes(container.store())
            await container.orders().ping()
    except SettingsError as error:
        return _report("database", str(error), Exit.USAGE)
    except PortError as error:
        ending, sentence = explain_failure(error)
        return _report("database", sentence, ending)
    return _report("database", "answers and takes writes")


async def _create_indexes(store: Store) -> None:
    if store.create_indexes is None:
        _line("note", "indexes", "nothing to do: this database has had them since it was made")
        return
    await store.create_indexes()
    _report("indexes", "all are there")
    if store.add_up is not None:
        await store.add_up()
        _report("sums", "all orders are in them")


async def _gateways(settings: Settings) -> AsyncIterator[Exit]:
    async with open_gateways(settings) as gateways:
        for each in settings.gateways:
            yield await _gateway(each, gateways[each.adapter.name])


async def _gateway(configured: ConfiguredGateway, gateway: PaymentGateway) -> Exit:
    address = configured.values.get("BASE_URL")
    where = f"{gateway.name} at {address}" if address else gateway.name
    try:
        # Nobody's: the answer "unknown" proves that our credentials were accepted.
        await gateway.find_payment(configured.adapter.nobodys_payment_id)
    except PortError as error:
        ending, sentence = explain_failure(error)
        return _report("gateway", f"{where}: {sentence}", ending)
    return _report("gateway", f"{where} accepts the credentials")


def _report(part: str, finding: str, ending: Exit = Exit.DONE) -> Exit:
    _line("ok" if ending is Exit.DONE else "FAIL", part, finding)
    return ending


def _line(mark: str, part: str, finding: str) -> None:
    click.echo(f"{mark:<4}  {part:<9} {finding}")
