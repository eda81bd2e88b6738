"""Between runs garbage is let go of, and whoever comes after them collects it as always."""

import gc
import weakref

from tests.simulation.garbage import RUNS_BETWEEN, rarely_collected


class _Ring:
    def __init__(self) -> None:
        self.itself = self


def test_garbage_stays_until_so_many_runs_are_over() -> None:
    left: list[weakref.ref[_Ring]] = []
    alive = []
    for _ in rarely_collected(range(2 * RUNS_BETWEEN)):
        left.append(weakref.ref(_Ring()))
        alive.append(sum(ring() is not None for ring in left))

    # The one that is over is collected before the next begins.
    assert alive == [*range(1, RUNS_BETWEEN + 1), *range(1, RUNS_BETWEEN + 1)]
    assert not any(ring() for ring in left)


def test_whoever_stops_half_way_leaves_things_as_they_were() -> None:
    assert any(number == 3 for number in rarely_collected(range(10)))

    assert gc.isenabled()
