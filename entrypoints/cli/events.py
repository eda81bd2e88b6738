"""`payproof events`: what the shop is told."""

import asyncio
import os
import re
from collections.abc import Sequence

import click

from application.resend_events import Resent
from entrypoints.cli.exits import Exit
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, SettingsError, load_settings

_EVENT_ID = re.compile(r"evt_[0-9a-f]{32}")


@click.group()
def events() -> None:
    """Look after the events that tell the shop what happened."""


@events.command()
@click.argument("wanted", metavar="ORDER_ID|EVENT_ID")
def resend(wanted: str) -> Exit:
    """Deliver an event, or all events of an order, once more: each under the id it had before."""
    settings = load_settings(os.environ)
    configure_logs()
    if settings.merchant_webhook is None:
        raise SettingsError("PAYPROOF_MERCHANT_WEBHOOK_URL", "is missing: nobody would be told")
    resent = asyncio.run(_resend(settings, wanted))
    for each in resent:
        click.echo(f"{each.event_id} {each.type} of order {each.order_id} is sent again")
    if not resent:
        click.echo(f"no event of that order or id: {ascii(wanted)[1:-1]}")
    return Exit.DONE if resent else Exit.REFUSED


async def _resend(settings: Settings, wanted: str) -> Sequence[Resent]:
    async with open_container(settings) as container:
        resend_events = container.resend_events()
        if _EVENT_ID.fullmatch(wanted):
            found = await resend_events.one(wanted)
            if found is not None:
                return [found]
        return await resend_events.of_order(wanted)
