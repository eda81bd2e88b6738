"""Two small actors in every order of their steps: none loses, doubles or overtakes anything."""

import pytest

from tests.simulation.garbage import cleared
from tests.simulation.interleavings import every_order
from tests.simulation.pairs import PAIRS
from tests.simulation.planted_bugs import PLANTED


@pytest.mark.parametrize("pair", PAIRS)
def test_no_order_of_steps_breaks_a_promise(pair: str) -> None:
    seen = list(cleared(every_order(PAIRS[pair])))

    assert [(made, violations) for made, violations in seen if violations] == []
    # Each order once, and more than a few: else the two have not met.
    assert len({tuple(made) for made, _ in seen}) == len(seen)
    assert len(seen) >= 3


@pytest.mark.parametrize(
    ("mistake", "pair"),
    [
        ("check, then set: the version is not compared in the write", "browser, webhook"),
        ("the gateway is asked before the order is read", "browser, refund and its webhook"),
        ("a write that came too late counts as done", "two payments of one order"),
        ("a lease keeps nobody out", "two workers"),
        (
            "a look asked for while one runs is lost",
            "a look by the worker, refund and another look asked for",
        ),
        (
            "whoever holds an old lease may end the task",
            "a look by the worker, refund and another look asked for",
        ),
        ("a payment may be bound to two orders", "browser, the gateway's mistake"),
        (
            "two payments of one order are approved beside each other",
            "two payments that wait for our word",
        ),
        ("a webhook is word enough to take money", "one payment that waits, and its webhook"),
    ],
)
def test_a_planted_mistake_shows_in_some_order(mistake: str, pair: str) -> None:
    with PLANTED[mistake]():
        assert any(violations for _, violations in every_order(PAIRS[pair]))
