"""`payproof tasks`: what is to be done, what was given up, and what becomes of the latter."""

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

import click
import msgspec
from rich.table import Table
from rich.text import Text

from application.review_tasks import Decided, NotParked, ReviewTasks
from entrypoints.cli.exits import Exit
from entrypoints.cli.tables import table_console
from entrypoints.container import open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings
from ports.task_desk import TaskStanding, TaskState

_STATES = (TaskState.PARKED, TaskState.LEASED, TaskState.WAITING)
_ROWS = 100
_MAX_REASON_LENGTH = 200


@click.group(invoke_without_command=True)
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in _STATES]),
    multiple=True,
    help="only those in this state; may be given twice  [all that are not done]",
)
@click.option("--json", "as_json", is_flag=True, help="every task as a line of JSON")
@click.option(
    "--limit", type=click.IntRange(1), help=f"so many at most  [{_ROWS}; with --json all]"
)
@click.pass_context
def tasks(
    context: click.Context, states: tuple[str, ...], as_json: bool, limit: int | None
) -> Exit | None:
    """List the tasks that are not done: parked ones first, then those that wait."""
    if context.invoked_subcommand is not None:
        return None
    wanted = [TaskState(state) for state in states] or list(_STATES)
    bound = limit or (None if as_json else _ROWS)
    show = _print_lines if as_json else _print_table
    asyncio.run(_list(_settings(), wanted, bound, show))
    return Exit.DONE


@tasks.command()
@click.argument("task_id")
def retry(task_id: str) -> Exit:
    """Let the parked task TASK_ID be tried again: at once, and as often as a new one."""
    decision = asyncio.run(_decide(_settings(), lambda review: review.retry(task_id)))
    return _say(task_id, decision, "waits again, and is due now")


@tasks.command()
@click.argument("task_id")
@click.option("--reason", required=True, help="why nobody needs it any more; is kept with it")
def drop(task_id: str, reason: str) -> Exit:
    """End the parked task TASK_ID undone: it is remembered, and never tried again."""
    if not (reason.strip() and reason.isprintable() and len(reason) <= _MAX_REASON_LENGTH):
        raise click.BadParameter(
            f"must be one line of at most {_MAX_REASON_LENGTH} letters", param_hint="--reason"
        )
    note = f"{_user()}: {reason}"
    decision = asyncio.run(_decide(_settings(), lambda review: review.drop(task_id, note)))
    return _say(task_id, decision, "was dropped")


def _settings() -> Settings:
    settings = load_settings(os.environ)
    configure_logs()
    return settings


async def _list(
    settings: Settings,
    states: Sequence[TaskState],
    limit: int | None,
    show: Callable[[AsyncIterator[TaskStanding]], Awaitable[None]],
) -> None:
    async with open_container(settings) as container:
        review = container.review_tasks()
        await show(_first(_each(review, states), limit))
        if show is _print_table:
            counted = await container.tasks().count()
            click.echo(", ".join(f"{count} {state}" for state, count in counted.items()))


async def _decide(
    settings: Settings, decide: Callable[[ReviewTasks], Awaitable[Decided | NotParked]]
) -> Decided | NotParked:
    async with open_container(settings) as container:
        return await decide(container.review_tasks())


async def _each(review: ReviewTasks, states: Sequence[TaskState]) -> AsyncIterator[TaskStanding]:
    for state in states:
        async for standing in review.every(state):
            yield standing


async def _first(
    standings: AsyncIterator[TaskStanding], limit: int | None
) -> AsyncIterator[TaskStanding]:
    shown = 0
    async for standing in standings:
        if shown == limit:
            click.echo(f"there are more than {limit}: see --limit and --json", err=True)
            return
        shown += 1
        yield standing


async def _print_lines(standings: AsyncIterator[TaskStanding]) -> None:
    async for each in standings:
        click.echo(msgspec.json.encode(_fields(each)))


async def _print_table(standings: AsyncIterator[TaskStanding]) -> None:
    table = Table("task", "order", "payment", "state", "tries", "when (UTC)", "why")
    async for each in standings:
        cells = (
            each.task_id,
            each.order_id,
            each.payment,
            each.state,
            str(each.attempts),
            _clock_face(each.set_aside_at or each.ready_at),
            each.reason or "",
        )
        # Plain text: what a damaged record holds is no markup and moves no cursor.
        table.add_row(*(Text(_printable(cell), overflow="fold") for cell in cells))
    if table.row_count:
        table_console().print(table)


def _fields(each: TaskStanding) -> dict[str, object]:
    is_parked = each.state is TaskState.PARKED
    return {
        "task_id": each.task_id,
        "kind": each.kind,
        "order_id": each.order_id,
        "payment": each.payment,
        "state": each.state.value,
        "attempts": each.attempts,
        "due_at": None if is_parked else each.ready_at,
        "parked_at": each.set_aside_at,
        "reason": each.reason,
    }


def _say(task_id: str, decision: Decided | NotParked, done: str) -> Exit:
    named = _printable(task_id)
    if isinstance(decision, Decided):
        click.echo(f"{named} {done}")
        return Exit.DONE
    if decision.standing is None:
        click.echo(f"no such task: {named}")
    else:
        state = "dropped" if decision.standing.drop_note else decision.standing.state
        click.echo(f"{named} is {state}, not parked: nothing was changed")
    return Exit.REFUSED


def _clock_face(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _user() -> str:
    try:
        return _printable(getpass.getuser())
    except (KeyError, OSError):
        return "somebody"
