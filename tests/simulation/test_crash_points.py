"""Whenever the process dies, in every scenario, all comes out right after it starts again."""

import pytest

from application import approve_payment
from tests.simulation.crash_points import play_with_deaths, single_deaths
from tests.simulation.every_scenario import SCENARIOS
from tests.simulation.invariants.approvals import NAME as I10
from tests.simulation.planted_bugs import PLANTED


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_death_at_any_call_loses_and_doubles_nothing(scenario: str) -> None:
    script = SCENARIOS[scenario]
    calls = play_with_deaths(script, {}).calls

    points = list(single_deaths(script))

    assert [(point.deaths, point.violations) for point in points if point.violations] == []
    # Every point was really reached, and the process really died there.
    assert [point.died for point in points] == [1] * (2 * calls)
    assert calls >= 8


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_without_any_death_a_scenario_keeps_every_promise(scenario: str) -> None:
    assert play_with_deaths(SCENARIOS[scenario], {}).violations == []


def test_there_are_many_scenarios() -> None:
    assert len(SCENARIOS) >= 20


def test_deaths_show_what_a_write_in_two_parts_loses() -> None:
    script = SCENARIOS["paid by card; only the webhook comes"]

    with PLANTED["tasks are put after the write"]():
        assert play_with_deaths(script, {}).violations == []
        assert any(point.violations for point in single_deaths(script))


def test_a_death_shows_whose_money_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    script = SCENARIOS["the process dies as money is taken, and a second payment is allowed later"]
    monkeypatch.setattr(approve_payment, "forgotten_rivals", lambda *_: ())

    assert [each.invariant for each in play_with_deaths(script, {}).violations] == [I10]
