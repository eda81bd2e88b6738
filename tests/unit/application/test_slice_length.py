"""A slice is as long as its payments are few."""

from datetime import timedelta

import pytest

from application.slice_length import FIRST, MOST_GROWTH, SHORTEST, WANTED_PAYMENTS, SliceLength

DAYS = timedelta(days=90)
HOUR = timedelta(hours=1)


def test_it_begins_with_an_hour_or_what_the_gateway_allows() -> None:
    assert SliceLength(DAYS).now == FIRST
    assert SliceLength(timedelta(minutes=10)).now == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("payments", "length"),
    [
        (WANTED_PAYMENTS, HOUR),
        (WANTED_PAYMENTS * 2, HOUR / 2),
        (WANTED_PAYMENTS // 2, HOUR * 2),
        (1, HOUR * MOST_GROWTH),
        (0, HOUR * MOST_GROWTH),
        (WANTED_PAYMENTS * 1000, SHORTEST),
    ],
)
def test_it_learns_from_the_slice_before(payments: int, length: timedelta) -> None:
    slices = SliceLength(DAYS)

    slices.learn(HOUR, payments)

    assert slices.now == length


def test_it_never_outgrows_the_gateways_window() -> None:
    slices = SliceLength(DAYS)

    for _ in range(20):
        slices.learn(slices.now, 0)

    assert slices.now == DAYS
