"""`payproof explain`: why an order stands as it does, every verdict with its evidence."""

import asyncio
import os
from datetime import UTC

import click
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from domain.history_audit import Break, first_break
from domain.order import HistoryEntry, Order, OrderStatus
from domain.payment import Payment
from domain.surplus import surplus_of
from entrypoints.cli.exits import Exit
from entrypoints.cli.refund_words import say_why
from entrypoints.cli.tables import table_console
from entrypoints.cli.words import say_break
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings


@click.command()
@click.argument("order_id")
def explain(order_id: str) -> Exit:
    """Show the payments and the whole history of ORDER_ID. Nobody is asked, nothing changes."""
    settings = load_settings(os.environ)
    configure_logs()
    found = asyncio.run(_read(settings, order_id))
    if found is None:
        click.echo(f"no such order: {order_id}")
        return Exit.REFUSED
    _show(*found)
    return Exit.DONE


async def _read(settings: Settings, order_id: str) -> tuple[Order, OrderStatus] | None:
    async with open_container(settings) as container:
        read_order = container.read_order()
        order = await read_order.by_id(order_id)
        return None if order is None else (order, read_order.status_now(order))


def _show(order: Order, status: OrderStatus) -> None:
    console = table_console()
    settler = f", settled by {order.settled_by}" if order.settled_by else ""
    console.print(
        f"order {order.order_id}: {status}, {order.amount}{settler}, version {order.version}",
        markup=False,
    )
    if order.payments:
        console.print(_payments(order))
    if order.refunds:
        console.print(_refunds(order))
    console.print(_history(order) if order.history else "nobody has shown us a payment yet")


def _payments(order: Order) -> Table:
    table = Table("payment", "status", "total", "given back", "method", "why", title="Payments")
    for payment in order.payments:
        table.add_row(
            str(payment.key),
            payment.status,
            str(payment.total),
            str(payment.cancelled),
            payment.method or "",
            _part_in(order, payment),
        )
    return table


def _part_in(order: Order, payment: Payment) -> str:
    parts = []
    if order.settled_by == payment.key:
        parts.append("settles the order")
    surplus = surplus_of(order, payment)
    if surplus is not None:
        parts.append(f"one too many: a refund of {surplus} would cure it")
    if payment.lapsed:
        parts.append("its time is over")
    if payment.is_late:
        parts.append("deposited after its deadline")
    return "; ".join(parts)


def _refunds(order: Order) -> Table:
    table = Table("refund", "payment", "amount", "status", "by", "reason", title="Refunds")
    for refund in order.refunds:
        refused = refund.refused_because
        table.add_row(
            refund.refund_id,
            str(refund.key),
            str(refund.amount),
            refund.status if refused is None else f"{refund.status}: {say_why(refused)}",
            refund.operator or refund.requested_by,
            refund.reason,
        )
    return table


def _history(order: Order) -> Tree:
    tree = Tree("[bold]History[/bold], oldest first", guide_style="dim")
    found = first_break(order)
    for entry in order.history:
        status = f" ({entry.payment_status})" if entry.payment_status else ""
        branch = tree.add(
            escape(
                f"{entry.version}  {entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC  "
                f"{entry.trigger} → {entry.outcome}  {entry.key}{status}"
            )
        )
        for line in (*_why(entry), _chain(entry, found)):
            branch.add(escape(line))
    if found is not None:
        tree.add(escape(f"the chain is broken: {say_break(found)}"))
    return tree


def _why(entry: HistoryEntry) -> list[str]:
    if entry.refund_id is not None:
        return [f"refund {entry.refund_id}", f"sha256 of the refund then {entry.evidence}"]
    differences = [
        f"{each.field}: expected {each.expected}, got {each.actual}" for each in entry.discrepancies
    ]
    rules = "rules not recorded" if entry.rule_version is None else f"rules {entry.rule_version}"
    return [*differences, f"answer sha256 {entry.evidence}", rules]


def _chain(entry: HistoryEntry, found: Break | None) -> str:
    """Whether the entry is as it was written, as far as the chain can show."""
    if found is not None and entry.version >= found.version:
        return "chain: BROKEN here" if entry.version == found.version else "chain: after the break"
    if entry.previous_hash is None:
        return "chain: from before there was one"
    return f"chain: holds, after {entry.previous_hash[:16]}…"
