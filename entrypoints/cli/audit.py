"""`payproof audit`: whether anybody changed what was written down, order by order."""

import asyncio
import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from application.audit_history import Audited, AuditHistory, HeadDigest
from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.cli.moments import Moment
from entrypoints.cli.words import say_break
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings
from ports.errors import RecordCorrupt

# What is being written now carries a time from just before, and clocks differ a little.
_SETTLED_AFTER = timedelta(minutes=1)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(slots=True, kw_only=True)
class _Findings:
    """What was counted until now, and the digest of it."""

    as_of: datetime
    orders: int = 0
    entries: int = 0
    unchained: int = 0
    broken: int = 0
    digest: HeadDigest = field(default_factory=HeadDigest)

    def add(self, audited: Audited) -> None:
        self.orders += 1
        self.entries += audited.entries
        self.unchained += audited.unchained
        self.broken += not audited.is_intact
        self.digest.add(audited)


def _sha256(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    if text is not None and not _SHA256.fullmatch(text):
        raise click.BadParameter(
            "must be the digest that an audit printed: 64 characters of 0-9a-f"
        )
    return text


@click.command()
@click.argument("order_id", required=False)
@click.option("--as-of", type=Moment(), help="the moment that the digest is of; a minute ago")
@click.option("--expect", callback=_sha256, help="the digest that it had before, kept elsewhere")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line, the sum last")
def audit(order_id: str | None, as_of: datetime | None, expect: str | None, as_json: bool) -> Exit:
    """Check the chain of history of every order, or of ORDER_ID. Nothing changes.

    Each broken order is named with its first broken entry. The digest at the end is one hash over
    what had happened by the moment AS_OF; kept elsewhere, it shows later whether that past was
    rewritten.
    """
    settings = load_settings(os.environ)
    configure_logs()
    try:
        found = asyncio.run(_audit(settings, order_id, as_of, as_json=as_json))
    except RecordCorrupt as error:
        # Not one order but the whole database: to an audit, that is a finding.
        click.echo(f"payproof: {explain_failure(error)[1]}", err=True)
        return Exit.REFUSED
    if found is None:
        click.echo(f"no such order: {order_id}")
        return Exit.REFUSED
    return _conclude(found, expect, as_json=as_json)


async def _audit(
    settings: Settings, order_id: str | None, as_of: datetime | None, *, as_json: bool
) -> _Findings | None:
    async with open_container(settings) as container:
        audit_history = container.audit_history()
        now = container.clock().now().replace(microsecond=0)
        found = _Findings(as_of=as_of or now - _SETTLED_AFTER)
        if order_id is None:
            await _walk(audit_history, found, as_json=as_json)
            return found
        audited = await audit_history.one_order(order_id, found.as_of)
        if audited is None:
            return None
        _note(found, audited, as_json=as_json)
        return found


async def _walk(audit_history: AuditHistory, found: _Findings, *, as_json: bool) -> None:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
    )
    total = await audit_history.expected_orders()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("orders", total=total)
        async for audited in audit_history.all_orders(found.as_of):
            _note(found, audited, as_json=as_json)
            progress.advance(task)


def _note(found: _Findings, audited: Audited, *, as_json: bool) -> None:
    found.add(audited)
    if audited.is_intact:
        return
    # Whatever stands there: an id that was tampered with must not command the terminal.
    order_id = ascii(audited.order_id)[1:-1]
    if as_json:
        found_break = audited.found_break
        _say(
            order_id=order_id,
            version=None if found_break is None else found_break.version,
            differs="unreadable" if found_break is None else found_break.flaw.value,
            field=audited.unreadable,
        )
    elif audited.found_break is not None:
        click.echo(f"order {order_id}: {say_break(audited.found_break)}")
    else:
        place = f" ({audited.unreadable})" if audited.unreadable else ""
        click.echo(f"order {order_id}: the record cannot be read{place}")


def _conclude(found: _Findings, expect: str | None, *, as_json: bool) -> Exit:
    digest = str(found.digest)
    is_as_expected = expect in (None, digest)
    as_of = f"{found.as_of:%Y-%m-%dT%H:%M:%SZ}"
    if as_json:
        _say(
            orders=found.orders,
            entries=found.entries,
            unchained=found.unchained,
            broken=found.broken,
            as_of=as_of,
            digest=digest,
            as_expected=None if expect is None else is_as_expected,
        )
    else:
        broken = f"{found.broken:,} broken" if found.broken else "none broken"
        counted = f"{_count(found.orders, 'order')}, {_count(found.entries, 'entry')}"
        click.echo(f"{counted}: {broken}")
        if found.unchained:
            click.echo(f"of these, {found.unchained:,} from before the chain: nothing proves them")
        click.echo(f"digest as of {as_of}: {digest}")
        if not is_as_expected:
            click.echo("this is not the digest expected: what was recorded by then has changed")
    return Exit.DONE if is_as_expected and not found.broken else Exit.REFUSED


def _count(number: int, word: str) -> str:
    plural = f"{word}s" if word[-1] != "y" else f"{word[:-1]}ies"
    return f"{number:,} {word if number == 1 else plural}"


def _say(**told: object) -> None:
    click.echo(json.dumps(told))
