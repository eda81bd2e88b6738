"""Which windows may be asked for, of any gateway."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidValue
from ports.payment_listing import check_window
from tests.support.factories import NOON

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("since", "until"),
    [(NOON - MOMENT, NOON), (NOON - 90 * DAY, NOON), (NOON - 400 * DAY, NOON - 310 * DAY)],
)
def test_a_window_that_is_over_and_short_enough_passes(since: datetime, until: datetime) -> None:
    check_window(since, until, longest=90 * DAY, now=NOON)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (NOON, NOON, "until"),
        (NOON, NOON - MOMENT, "until"),
        (NOON - 90 * DAY - MOMENT, NOON, "since"),
        (NOON - DAY, NOON + MOMENT, "until"),
        ((NOON - DAY).replace(tzinfo=None), NOON, "since"),
        (NOON - DAY, NOON.replace(tzinfo=None), "until"),
    ],
)
def test_any_other_window_is_refused_by_name(since: datetime, until: datetime, field: str) -> None:
    with pytest.raises(InvalidValue) as error:
        check_window(since, until, longest=90 * DAY, now=NOON)

    assert error.value.field == field
