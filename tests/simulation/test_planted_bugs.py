"""The simulator can see: each of many mistakes that people make breaks a promise in some run."""

from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from tests.simulation.character import PORTONE_V1
from tests.simulation.garbage import cleared
from tests.simulation.planted_bugs import PLANTED, SHOWS_AT
from tests.simulation.planted_bugs.shown_by import SHOWN_BY
from tests.simulation.run import run_seed

# Most are found within the first hundred; the rarest shows once in 6,000.
MAX_SEEDS = 30_000
# More are a search worth sparing the next run.
FEW_SEEDS = 400


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(
    mistake: str, record_property: Callable[[str, object], None]
) -> None:
    gateway = SHOWS_AT.get(mistake, PORTONE_V1.name)
    with PLANTED[mistake]():
        # A crash of the run raises, and so would not count as found.
        seeds = (seed for seed in cleared(_seeds(mistake)) if run_seed(seed, gateway).violations)
        found = next(seeds, None)

    assert found is not None, f"nobody noticed that {mistake}"
    if found != SHOWN_BY.get(mistake) and (found > FEW_SEEDS or mistake in SHOWN_BY):
        record_property("note", f"shown_by.py is out of date: {mistake}: {found}")


def _seeds(mistake: str) -> Iterator[int]:
    """The one that has shown it before, then all of them: any change makes other runs of them."""
    return chain([SHOWN_BY[mistake]] if mistake in SHOWN_BY else [], range(MAX_SEEDS))


def test_only_what_is_planted_is_said_to_be_shown() -> None:
    assert set(SHOWN_BY) <= set(PLANTED)


def test_there_are_many() -> None:
    assert len(PLANTED) >= 25
