"""The delays between tries grow, stay within bounds, and are the same each time."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from application.retry_schedule import (
    FIRST_DELAY_S,
    LONGEST_DELAY_S,
    MAX_ATTEMPTS,
    MAX_ATTEMPTS_FOR_SHOP,
    next_due,
)
from tests.support.factories import NOON

task_ids = st.text(max_size=60)


def delay_s(task_id: str, attempts: int) -> float:
    return (next_due(task_id, attempts, NOON) - NOON).total_seconds()


def plain_delay_s(attempts: int) -> float:
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** (attempts - 1))


@given(task_ids, st.integers(1, MAX_ATTEMPTS))
def test_a_delay_is_the_plain_one_and_at_most_a_fifth_more(task_id: str, attempts: int) -> None:
    plain = plain_delay_s(attempts)

    assert plain <= delay_s(task_id, attempts) <= plain * 1.2 + 1e-6


@given(task_ids)
def test_delays_grow_until_they_are_longest(task_id: str) -> None:
    below_longest = [n for n in range(1, MAX_ATTEMPTS) if plain_delay_s(n) < LONGEST_DELAY_S]

    delays = [delay_s(task_id, attempts) for attempts in below_longest]

    assert all(early < late for early, late in pairwise(delays))
    assert len(delays) == 11


@given(task_ids, st.integers(1, 10**6))
def test_the_same_try_is_due_at_the_same_time_in_every_process(task_id: str, attempts: int) -> None:
    assert next_due(task_id, attempts, NOON) == next_due(task_id, attempts, NOON)


def test_the_jitter_is_a_fixed_function_of_the_id() -> None:
    # A number from sha256 by another tool: `printf 'recheck/a#1' | sha256sum` begins with 0x22.
    assert next_due("recheck/a", 1, NOON) == NOON + timedelta(seconds=2 * (1 + 0x22 / 255 / 5))


def test_many_tasks_that_failed_together_are_spread() -> None:
    dues = {next_due(f"recheck/{number}", 5, NOON) for number in range(1000)}

    assert len(dues) > 200


@given(task_ids, st.integers(1, 10**6))
def test_no_number_of_attempts_overflows(task_id: str, attempts: int) -> None:
    assert delay_s(task_id, attempts) <= LONGEST_DELAY_S * 1.2 + 1e-6


def test_all_tries_together_span_about_nine_hours() -> None:
    hours = sum(plain_delay_s(attempts) for attempts in range(1, MAX_ATTEMPTS)) / 3600

    assert 9.0 <= hours < 10.0


def test_the_shop_is_tried_for_72_hours_and_not_a_week() -> None:
    delays_s = [plain_delay_s(attempts) for attempts in range(1, MAX_ATTEMPTS_FOR_SHOP)]

    assert sum(delays_s) / 3600 >= 72.0
    assert 1.2 * sum(delays_s) / 3600 <= 96.0
