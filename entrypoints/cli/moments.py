"""Dates and times as people type them: in Seoul, unless they say otherwise."""

from datetime import UTC, datetime

import click

from domain.moments import SEOUL


def parse_moment(text: str) -> datetime:
    """The moment in UTC, a date being its midnight; `ValueError` for what is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=SEOUL)).astimezone(UTC)
    except OverflowError:
        raise ValueError("is before or after all times") from None


class Moment(click.ParamType[datetime]):
    """A time like `2026-11-27`, `2026-11-27T09:00` or `2026-11-27T00:00Z`."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment in UTC, or click's own refusal."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(str(value))
        except ValueError:
            self.fail("must be a time like 2026-11-27T09:00 or 2026-11-27T00:00Z", param, ctx)
