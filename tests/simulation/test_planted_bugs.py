"""The simulator can see: each of many mistakes that people make breaks a promise in some run."""

import pytest

from tests.simulation.planted_bugs import PLANTED
from tests.simulation.run import run_seed

# Most are found within the first hundred; the rarest needs half of these.
MAX_SEEDS = 12_000


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(mistake: str) -> None:
    with PLANTED[mistake]():
        # A crash of the run raises, and so would not count as found.
        found = next(filter(None, (run_seed(seed).violations for seed in range(MAX_SEEDS))), None)

    assert found, f"nobody noticed that {mistake}"


def test_there_are_many() -> None:
    assert len(PLANTED) >= 25
