"""A payment may be asked about so often in a window; what is counted is bounded."""

import pytest

from adapters.memory.clock import ManualClock
from application.question_budget import MAX_KEYS, QUESTIONS_PER_WINDOW, WINDOW_S, QuestionBudget
from tests.support.factories import NOON, a_key


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def test_so_many_are_free_and_the_next_must_wait_out_the_window(clock: ManualClock) -> None:
    budget = QuestionBudget(clock)

    waits = [budget.take(a_key()) for _ in range(QUESTIONS_PER_WINDOW + 2)]

    assert waits == [0.0] * QUESTIONS_PER_WINDOW + [WINDOW_S] * 2


def test_the_wait_shrinks_as_the_window_passes(clock: ManualClock) -> None:
    budget = QuestionBudget(clock, questions_per_window=1, window_s=10.0)
    budget.take(a_key())

    clock.advance(9.0)

    assert budget.take(a_key()) == 1.0


def test_a_new_window_begins_when_the_old_one_is_over(clock: ManualClock) -> None:
    budget = QuestionBudget(clock, questions_per_window=2, window_s=10.0)
    for _ in range(3):
        budget.take(a_key())

    clock.advance(10.0)

    assert [budget.take(a_key()) for _ in range(3)] == [0.0, 0.0, 10.0]


def test_being_refused_does_not_lengthen_the_wait(clock: ManualClock) -> None:
    budget = QuestionBudget(clock, questions_per_window=1, window_s=10.0)
    budget.take(a_key())

    for _ in range(9):
        clock.advance(1.0)
        budget.take(a_key())
    clock.advance(1.0)

    assert budget.take(a_key()) == 0.0


def test_each_payment_has_its_own_budget(clock: ManualClock) -> None:
    budget = QuestionBudget(clock, questions_per_window=1)
    budget.take(a_key("imp_1"))

    assert budget.take(a_key("imp_2")) == 0.0
    assert budget.take(a_key("imp_1", "portone-v2")) == 0.0
    assert budget.take(a_key("imp_1")) > 0.0


def test_the_clock_on_the_wall_does_not_matter(clock: ManualClock) -> None:
    budget = QuestionBudget(clock, questions_per_window=1)
    budget.take(a_key())

    clock.jump_to(NOON.replace(year=2099))

    assert budget.take(a_key()) > 0.0


def test_only_so_many_payments_are_counted_and_the_longest_unasked_is_forgotten(
    clock: ManualClock,
) -> None:
    budget = QuestionBudget(clock, questions_per_window=2, max_keys=3)
    for payment_id in ("a", "b", "c", "a", "d"):
        budget.take(a_key(payment_id))

    kept = set(budget._windows)

    assert kept == {a_key("c"), a_key("a"), a_key("d")}
    assert budget.take(a_key("a")) > 0.0


def test_a_flood_of_made_up_payments_fills_no_memory(clock: ManualClock) -> None:
    budget = QuestionBudget(clock)

    for number in range(MAX_KEYS + 500):
        budget.take(a_key(f"imp_{number}"))

    assert len(budget._windows) == MAX_KEYS
