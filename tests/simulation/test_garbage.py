"""What runs leave is thrown away between them, and whoever comes after finds all as it was."""

import gc
import weakref

from tests.simulation.garbage import RUNS_BETWEEN, cleared


class _Ring:
    def __init__(self) -> None:
        self.itself = self


def test_what_a_few_runs_left_is_thrown_away_before_the_next() -> None:
    left: list[weakref.ref[_Ring]] = []
    alive = []
    for _ in cleared(range(2 * RUNS_BETWEEN)):
        left.append(weakref.ref(_Ring()))
        alive.append(sum(ring() is not None for ring in left))

    assert alive == [*range(1, RUNS_BETWEEN + 1), *range(1, RUNS_BETWEEN + 1)]
    assert not any(ring() for ring in left)


def test_whoever_stops_half_way_leaves_things_as_they_were() -> None:
    before = _Ring()
    seen_by_collector = []
    for number in cleared(range(10)):
        seen_by_collector.append(any(each is before for each in gc.get_objects()))
        if number == 1:
            break

    assert seen_by_collector == [False, False]
    assert gc.isenabled()
    assert any(each is before for each in gc.get_objects())
