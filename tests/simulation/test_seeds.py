"""Many seeds, by the same command that people use; and what that command tells of a bad one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.simulation import __main__ as command
from tests.simulation import seed_range
from tests.simulation.planted_bugs import PLANTED

SEEDS = 20_000
BAD = "a write that came too late counts as done"


def test_many_seeds_keep_every_promise_and_meet_every_kind_of_fault(tmp_path: Path) -> None:
    # A process of its own, whose lines no coverage counts: it is the speed that matters here.
    environment = {name: text for name, text in os.environ.items() if "COV" not in name}
    options = ["--seeds", str(SEEDS), "--jobs", "2", "--state", str(tmp_path / "state.json")]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *options],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.rstrip().endswith("every promise was kept")


def simulate(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(command.main, arguments)
    return ended.exit_code, ended.output


def first_bad_seed(state: Path) -> str:
    _, told = simulate("--seeds", "250", "--jobs", "1", "--state", str(state))
    return told.partition("make simulate SEED=")[2].split()[0]


def test_a_failing_seed_is_named_and_replays_as_a_readable_trace(tmp_path: Path) -> None:
    with PLANTED[BAD]():
        seed = first_bad_seed(tmp_path / "state.json")
        exit_code, told = simulate("--seed", seed)
        again = simulate("--seed", seed)

    assert exit_code == 1
    assert again == (exit_code, told)
    assert "orders.save(order-" in told
    assert f"seed {seed} breaks I" in told


def test_a_good_seed_says_so() -> None:
    exit_code, told = simulate("--seed", "1")

    assert exit_code == 0
    assert told.endswith("seed 1 keeps every promise\n")


def test_a_range_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    simulate("--seeds", "500", "--jobs", "1", "--state", str(state))

    _, told = simulate("--seeds", "500", "--jobs", "1", "--state", str(state))

    assert told.startswith("going on after 500 of 500 seeds")
    assert told.endswith("every promise was kept\n")


def test_what_other_code_left_is_not_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    simulate("--seeds", "20", "--jobs", "1", "--state", str(state))
    monkeypatch.setattr(seed_range, "digest_of_code", lambda: "other code")

    _, told = simulate("--seeds", "20", "--jobs", "1", "--state", str(state))

    assert "going on" not in told


def test_a_kind_of_fault_that_was_never_met_fails_the_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "SEEDS_FOR_EVERY_KIND", 1)

    exit_code, told = simulate("--seeds", "3", "--jobs", "1", "--state", str(tmp_path / "state"))

    assert exit_code == 1
    assert "never met with" in told
