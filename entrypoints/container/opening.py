"""Opens a container with all that must be open, and closes it again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TextIO

from dependency_injector import providers

from adapters.sqlite.errors import DatabaseUnusable
from domain.errors import InvalidValue
from entrypoints.container.gateways import naming_setting
from entrypoints.container.inside import Container
from entrypoints.settings import Settings, SettingsError
from ports.payment_gateway import PaymentGateway


@asynccontextmanager
async def open_container(
    settings: Settings, *, printed_to: TextIO | None = None
) -> AsyncIterator[Container]:
    """The container with its database open; at the end all that it opened is closed.

    Messages to people that are printed go to standard output, or to `printed_to`.

    Raises `SettingsError` for a database that is not ours or cannot be one.
    """
    container = Container(settings=providers.Object(settings))
    if printed_to is not None:
        container.printed_to.override(providers.Object(printed_to))
    async with AsyncExitStack() as stack:
        try:
            database = container.database()
            await database.open()
        except (DatabaseUnusable, InvalidValue) as error:
            raise SettingsError("PAYPROOF_DATABASE_URL", f"cannot be used: {error}") from None
        stack.push_async_callback(database.close)
        for each in container.connections().values():
            stack.push_async_callback(each.close)
        # Each reads all certificates that are trusted, so none is made for nobody.
        if settings.solapi is not None:
            stack.push_async_callback(container.notifier_client().aclose)
        if settings.merchant_webhook is not None:
            stack.push_async_callback(container.shop_client().aclose)
        # Now, and not at the first task that needs them: a bad secret must stop the start.
        with naming_setting("PAYPROOF_MERCHANT_WEBHOOK_"):
            container.shop_channel()
        with naming_setting("PAYPROOF_SOLAPI_"):
            container.buyer_notifier()
        yield container


@asynccontextmanager
async def open_gateways(settings: Settings) -> AsyncIterator[Mapping[str, PaymentGateway]]:
    """The gateways alone, for looking at them when the database cannot be used."""
    container = Container(settings=providers.Object(settings))
    async with AsyncExitStack() as stack:
        for each in container.connections().values():
            stack.push_async_callback(each.close)
        yield container.gateways()
