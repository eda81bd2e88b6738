from datetime import UTC, datetime

import pytest

from adapters.toss.times import moment, second_of


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T12:01:05+09:00",
        "2026-11-01T12:01:05",
        "2026-11-01T03:01:05Z",
        "2026-11-01T12:01:05.000",
        "2026-11-01T12:01:05.000+09:00",
    ],
)
def test_a_time_without_a_zone_is_koreas(text: str) -> None:
    assert moment(text) == datetime(2026, 11, 1, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "2026-11-01",
        "20261101",
        "yesterday",
        "1999-12-31T23:59:59",
        "2100-01-01T00:00:00",
        "2026-13-01T00:00:00",
        "2026-11-01T12:01:05+99:00",
        "0001-01-01T00:00:00+09:00",
        "2026-11-01T12:01:05" + "0" * 100,
        "\u0662026-11-01T12:01:05",
    ],
)
def test_what_cannot_be_a_time_of_a_payment_is_none(text: str | None) -> None:
    assert moment(text) is None


def test_a_question_names_whole_seconds_in_korea() -> None:
    assert second_of(datetime(2026, 11, 1, 15, 1, 5, 999_999, UTC)) == "2026-11-02T00:01:05"
