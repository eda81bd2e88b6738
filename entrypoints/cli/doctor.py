"""`payproof doctor`: settings, database and gateway credentials, each with a clear line."""

import asyncio
import os

import click

from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.container import open_container, open_gateway
from entrypoints.container.stores import Store
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, SettingsError, load_settings
from ports.errors import PortError

# No payment has this id: the answer "unknown" proves that our credentials were accepted.
_NOBODYS_PAYMENT = "imp_000000000000"


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
    _report("settings", f"read: mode {settings.mode}, gateway {settings.gateway}")
    if settings.api_key is None:
        _line("note", "api key", "PAYPROOF_API_KEY is not set: the order endpoints answer 401")
    endings = asyncio.run(_examine(settings, create_indexes))
    # What a person has to mend comes before what may mend itself.
    return next((each for each in (Exit.USAGE, Exit.NOT_KNOWN_YET) if each in endings), Exit.DONE)


async def _examine(settings: Settings, create_indexes: bool) -> tuple[Exit, ...]:
    return await _database(settings, create_indexes), await _gateway(settings)


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


async def _gateway(settings: Settings) -> Exit:
    where = f"{settings.gateway} at {settings.portone_v1.base_url}"
    try:
        async with open_gateway(settings) as gateway:
            await gateway.find_payment(_NOBODYS_PAYMENT)
    except PortError as error:
        ending, sentence = explain_failure(error)
        return _report("gateway", f"{where}: {sentence}", ending)
    return _report("gateway", f"{where} accepts the credentials")


def _report(part: str, finding: str, ending: Exit = Exit.DONE) -> Exit:
    _line("ok" if ending is Exit.DONE else "FAIL", part, finding)
    return ending


def _line(mark: str, part: str, finding: str) -> None:
    click.echo(f"{mark:<4}  {part:<9} {finding}")
