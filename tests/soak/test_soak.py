"""A soak goes on where it was stopped, and ends red when anything was harmed or never met with."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.soak import __main__ as soak
from tests.soak.book import Complaint, Harm
from tests.soak.kinds import EVERY_KIND
from tests.soak.leg import Plan
from tests.soak.records import Record
from tests.soak.tally import Tally

Play = Callable[[Plan], Tally]


class Player:
    """Plays legs well, and remembers them."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def __call__(self, plan: Plan) -> Tally:
        self.plans.append(plan)
        return played(plan)


def played(plan: Plan) -> Tally:
    """A leg in which all went as it must."""
    return Tally(payments=plan.payments, legs=1, kills=3, counts=Counter(EVERY_KIND))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Runs the command with legs that are played by a function; nothing is started."""

    def run_soak(payments: int, play: Play = played) -> Result:
        class QuickLeg:
            def __init__(self, plan: Plan, record: Record, *_args: object, **_more: object) -> None:
                self.plan = plan
                assert record.url.startswith("sqlite:")

            async def run(self) -> Tally:
                tally = play(self.plan)
                # Signals are heard of when the loop goes round.
                await asyncio.sleep(0.01)
                return tally

        monkeypatch.setattr(soak, "Leg", QuickLeg)
        state = str(tmp_path / "state.json")
        options = ["--payments", str(payments), "--store", "sqlite", "--state", state]
        return CliRunner().invoke(soak.main, options)

    return run_soak


def test_it_goes_in_legs_until_enough_payments_were_judged(run: Callable[..., Result]) -> None:
    player = Player()

    ended = run(5000, player)

    assert ended.exit_code == 0
    assert [plan.payments for plan in player.plans] == [2000, 2000, 1000]
    assert len({plan.seed for plan in player.plans}) == 3


def test_it_goes_on_where_it_was_stopped(run: Callable[..., Result]) -> None:
    player = Player()

    def play_and_be_stopped(plan: Plan) -> Tally:
        signal.raise_signal(signal.SIGINT)
        return player(plan)

    stopped = run(5000, play_and_be_stopped)
    ended = run(5000, player)

    assert stopped.exit_code == 130
    assert "stopped after 2,000 payments" in stopped.output
    assert ended.exit_code == 0
    assert "going on after 2,000 payments" in ended.output
    assert [plan.payments for plan in player.plans] == [2000, 2000, 1000]
    assert len({plan.seed for plan in player.plans}) == 3


def test_what_has_ended_begins_anew(run: Callable[..., Result]) -> None:
    player = Player()

    def be_harmed(plan: Plan) -> Tally:
        tally = played(plan)
        tally.blame([Complaint(Harm.LOST, "order-1: the reason")])
        return tally

    red = run(100, be_harmed)
    again = run(100, player)
    once_more = run(100, player)

    assert [each.exit_code for each in (red, again, once_more)] == [1, 0, 0]
    assert len(player.plans) == 2
    assert "the reason" not in again.output


def test_other_code_is_not_gone_on_with(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player()

    def play_and_be_stopped(plan: Plan) -> Tally:
        signal.raise_signal(signal.SIGINT)
        return player(plan)

    stopped = run(3000, play_and_be_stopped)
    monkeypatch.setattr(soak, "digest_of", lambda *_: "other code")
    ended = run(3000, player)

    assert stopped.exit_code == 130
    assert "going on" not in ended.output
    assert [plan.payments for plan in player.plans] == [2000, 2000, 1000]


def test_a_second_signal_forgets_the_leg(run: Callable[..., Result]) -> None:
    def be_stopped_twice(_plan: Plan) -> Tally:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise asyncio.CancelledError

    stopped = run(100, be_stopped_twice)

    assert stopped.exit_code == 130
    assert "stopped after 0 payments" in stopped.output


@pytest.mark.parametrize("harm", Harm)
def test_any_harm_ends_it_red_with_the_reason(run: Callable[..., Result], harm: Harm) -> None:
    def play(plan: Plan) -> Tally:
        tally = played(plan)
        tally.blame([Complaint(harm, "order-1: the reason")])
        return tally

    ended = run(100, play)

    assert ended.exit_code == 1
    assert f"{harm}: order-1: the reason" in ended.output


def test_a_kind_that_was_never_met_ends_it_red(run: Callable[..., Result]) -> None:
    def play(plan: Plan) -> Tally:
        tally = played(plan)
        del tally.counts["SMS: hang"]
        return tally

    long, short = run(600, play), run(100, play)

    assert (long.exit_code, short.exit_code) == (1, 0)
    assert "never met with, so nothing is shown about it: SMS: hang" in long.output


def test_the_complaints_kept_are_bounded_and_all_are_counted() -> None:
    tally = Tally()

    for _ in range(100):
        other = Tally()
        other.blame([Complaint(Harm.LOST, "order-1")] * 100)
        tally.add(other)

    assert tally.harms[Harm.LOST] == 10_000
    assert len(tally.complaints) == 50
