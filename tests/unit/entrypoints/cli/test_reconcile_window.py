"""Dates and times as people type them, in Seoul unless they say otherwise."""

from datetime import UTC, datetime

import click
import pytest

from entrypoints.cli.reconcile_window import Window, read_window

# Eleven in the evening of 27 November in Seoul.
NOW = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def utc(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "window"),
    [
        ("2026-11-01", "2026-11-01", (utc(31, 15, month=10), utc(1, 15))),
        ("2026-11-01", "2026-11-26", (utc(31, 15, month=10), utc(26, 15))),
        ("2026-11-27", "2026-11-27", (utc(26, 15), NOW)),
        ("2026-11-27", None, (utc(26, 15), NOW)),
        ("2026-11-01T09:30", "2026-11-01T10:00", (utc(1, 0, 30), utc(1, 1))),
        ("2026-11-01T09:30Z", "2026-11-01T19:00+09:00", (utc(1, 9, 30), utc(1, 10))),
        ("2026-08-01", "2026-11-27", (utc(31, 15, month=7), NOW)),
    ],
)
def test_a_window(since: str, until: str | None, window: tuple[datetime, datetime]) -> None:
    assert read_window(since, until, NOW) == Window(since=window[0], until=window[1])


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        (None, "2026-11-01", "--from is missing"),
        ("2026-11-02", "2026-11-01", "--from must be earlier than --to"),
        ("2026-11-01T10:00", "2026-11-01T10:00", "--from must be earlier than --to"),
        ("2026-11-01", "2026-11-28", "--to lies in the future"),
        ("2026-11-01", "2026-11-27T23:01", "--to lies in the future"),
        ("2027-01-01", None, "--from must be earlier than --to"),
        ("2026-02-30", None, "--from must be a date"),
        ("2026-11-01", "yesterday", "--to must be a date"),
        ("2026-11-01", "", "--to must be a date"),
        ("0001-01-01", None, "--from must be a date"),
        ("2026-11-01", "9999-12-31", "--to"),
        ("٢٠٢٦-11-01", None, "--from must be a date"),
    ],
)
def test_what_is_no_window(since: str | None, until: str | None, wrong: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        read_window(since, until, NOW)

    assert refused.value.message.startswith(wrong)
    assert "\n" not in refused.value.message
