"""The process dies at every call of a port, before and after its effect, and starts again."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.every_scenario import SCENARIOS
from tests.simulation.faults import CRASH_AFTER, CRASH_BEFORE
from tests.simulation.garbage import cleared
from tests.simulation.ledger import Violation
from tests.simulation.port_calls import Fault
from tests.simulation.scripted import ScriptedFates
from tests.simulation.stage import Script, play

BOTH = (CRASH_BEFORE, CRASH_AFTER)


@dataclass(frozen=True, slots=True)
class Point:
    """The calls at which the process died, and what came of it."""

    deaths: dict[int, Fault]
    violations: list[Violation]
    # How many calls the script made, with these deaths.
    calls: int
    died: int


def play_with_deaths(script: Script, deaths: dict[int, Fault]) -> Point:
    """Plays a script in which the process dies at these calls."""
    fates = ScriptedFates(deaths)
    calls = 0

    def before_rest() -> None:
        nonlocal calls
        calls = fates.calls
        fates.stop()

    violations, _ = play(script, fates, before_rest=before_rest)
    return Point(deaths, violations, calls, fates.died)


def single_deaths(script: Script) -> Iterator[Point]:
    """One death at every call, before and after its effect."""
    calls = play_with_deaths(script, {}).calls
    for number in range(1, calls + 1):
        for death in BOTH:
            yield play_with_deaths(script, {number: death})


def double_deaths(script: Script) -> Iterator[Point]:
    """A second death at every call that follows a first one."""
    for first in single_deaths(script):
        (number,) = first.deaths
        for second in range(number + 1, first.calls + 1):
            for death in BOTH:
                yield play_with_deaths(script, {**first.deaths, second: death})


@dataclass(frozen=True, slots=True)
class Deaths:
    """How many points of a scenario were tried, and the ones that broke a promise, in words."""

    points: int
    failures: list[str]


def die(how_often: str, scenario: str) -> Deaths:
    """Tries every point of one scenario, with a `single` or a `double` death a run."""
    deaths = double_deaths if how_often == "double" else single_deaths
    points, failures = 0, []
    for point in cleared(deaths(SCENARIOS[scenario])):
        points += 1
        if point.violations:
            places = ", ".join(f"{death.kind} #{number}" for number, death in point.deaths.items())
            failures.append(f"{places}: {point.violations[0]}")
    return Deaths(points, failures)
