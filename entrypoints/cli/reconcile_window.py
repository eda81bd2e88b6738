"""From when to when: dates and times as people type them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from domain.moments import SEOUL
from entrypoints.cli.moments import parse_moment

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `since` on and before `until`, in UTC."""

    since: datetime
    until: datetime


def read_window(since: str | None, until: str | None, now: datetime) -> Window:
    """The window, or a usage error that says in one line what is wrong with it.

    A date begins at Seoul's midnight; as the end it means all of that day, today until now.
    """
    if since is None:
        raise click.UsageError("--from is missing: say from when to compare")
    begins = _moment("--from", since)
    ends = now if until is None else _end("--to", until, now)
    if ends > now:
        raise click.UsageError(f"--to lies in the future: it is {now.astimezone(SEOUL):%FT%T%z}")
    if begins >= ends:
        raise click.UsageError("--from must be earlier than --to")
    return Window(since=begins, until=ends)


def _end(option: str, text: str, now: datetime) -> datetime:
    moment = _moment(option, text)
    if not _DATE.fullmatch(text):
        return moment
    next_day = moment + timedelta(days=1)
    return now if moment <= now < next_day else next_day


def _moment(option: str, text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        raise click.UsageError(
            f"{option} must be a date like 2026-11-01 or a time like 2026-11-01T09:30"
        ) from None
