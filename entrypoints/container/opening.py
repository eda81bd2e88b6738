"""Opens a container with all that must be open, and closes it again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TextIO

from dependency_injector import providers

from adapters.sqlite.errors import DatabaseUnusable
from domain.errors import InvalidValue
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
        stack.push_async_callback(container.gateway_client().aclose)
        # Each reads all certificates that are trusted, so none is made for nobody.
        if settings.solapi is not None:
            stack.push_async_callback(container.notifier_client().aclose)
        if settings.merchant_webhook is not None:
            stack.push_async_callback(container.shop_client().aclose)
        # Now, and not at the first task that needs them: a bad secret must stop the start.
        with _naming_setting("PAYPROOF_MERCHANT_WEBHOOK"):
            container.shop_channel()
        with _naming_setting("PAYPROOF_SOLAPI"):
            container.buyer_notifier()
        yield container


@contextmanager
def _naming_setting(prefix: str) -> Iterator[None]:
    """Names the setting that an adapter refuses; its field is the rest of the name."""
    try:
        yield
    except InvalidValue as error:
        raise SettingsError(f"{prefix}_{error.field.upper()}", error.reason) from None


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[PaymentGateway]:
    """The gateway alone, for looking at it when the database cannot be used."""
    container = Container(settings=providers.Object(settings))
    async with container.gateway_client():
        yield container.portone_v1().payments
