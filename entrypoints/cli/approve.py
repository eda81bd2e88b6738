"""`payproof approve`: what waits for a person, and the person's word on it."""

import asyncio
import os

import click
from rich.table import Table

from application.approve_refund import Decided, NotWaiting, RefundNotFound, WaitingRefund
from entrypoints.cli.exits import Exit
from entrypoints.cli.refund_words import say_refund
from entrypoints.cli.tables import table_console
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings
from ports.order_repository import UnreadableOrder


@click.command()
@click.argument("refund_id", required=False)
@click.option("--by", "operator", default="operator", show_default=True, help="who decides")
@click.option("--decline", is_flag=True, help="refuse it instead")
def approve(refund_id: str | None, operator: str, decline: bool) -> Exit:
    """Let the refund REFUND_ID go on; without it, list the refunds that wait."""
    settings = load_settings(os.environ)
    configure_logs()
    if refund_id is None:
        return _show(asyncio.run(_waiting(settings)))
    answer = asyncio.run(_decide(settings, refund_id, operator, approves=not decline))
    match answer:
        case RefundNotFound():
            click.echo(f"no such refund: {refund_id}")
        case NotWaiting(refund=refund) | Decided(refund=refund):
            for line in say_refund(refund):
                click.echo(line)
    return Exit.DONE if isinstance(answer, Decided) else Exit.REFUSED


async def _waiting(settings: Settings) -> list[WaitingRefund | UnreadableOrder]:
    async with open_container(settings) as container:
        return [each async for each in container.approve_refund().waiting()]


async def _decide(
    settings: Settings, refund_id: str, operator: str, *, approves: bool
) -> Decided | NotWaiting | RefundNotFound:
    async with open_container(settings) as container:
        approve_refund = container.approve_refund()
        return await approve_refund(refund_id, operator=operator, approves=approves)


def _show(found: list[WaitingRefund | UnreadableOrder]) -> Exit:
    if not found:
        click.echo("no refund waits for approval")
        return Exit.DONE
    table = Table("refund", "order", "payment", "amount", "since (UTC)", "why")
    ending = Exit.DONE
    for each in found:
        if isinstance(each, UnreadableOrder):
            ending = Exit.NOT_KNOWN_YET
            named = ascii(each.order_id)[1:-1]
            click.echo(f"order {named} cannot be read: {each.field or 'damaged'}", err=True)
            continue
        table.add_row(
            each.refund.refund_id,
            each.order.order_id,
            str(each.refund.key),
            str(each.refund.amount),
            f"{each.refund.requested_at:%Y-%m-%d %H:%M}",
            each.refund.reason,
        )
    if table.row_count:
        table_console().print(table)
    return ending
