"""Many seeds, by the same command that people use; and what that command tells of a bad one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.simulation import __main__ as command
from tests.simulation import seed_range
from tests.simulation.character import PORTONE_V1
from tests.simulation.kinds import EVERY_KIND, kinds_of
from tests.simulation.planted_bugs import PLANTED
from tests.simulation.run import ANY

# At each of the others about as many as there are in a fifth of the second range.
RANGES = {PORTONE_V1.name: 7_000, ANY: 13_000}
BAD = "a write that came too late counts as done"


@pytest.mark.parametrize("gateway", RANGES)
def test_many_seeds_keep_every_promise_and_meet_every_kind_of_fault(
    gateway: str, tmp_path: Path
) -> None:
    # A process of its own, whose lines no coverage counts: it is the speed that matters here.
    environment = {name: text for name, text in os.environ.items() if "COV" not in name}
    options = ["--gateway", gateway, "--seeds", str(RANGES[gateway]), "--jobs", "2"]
    options += ["--state", str(tmp_path / "state.json")]
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


def test_a_range_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--seeds", "500", "--jobs", "1", "--state", str(tmp_path / "state.json"))
    run_blocks = seed_range.run_blocks

    def stopped_after_one(*given: Any) -> Iterator[seed_range.Block]:
        yield next(run_blocks(*given))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(seed_range, "run_blocks", stopped_after_one)
        stopped = simulate(*options)
    exit_code, told = simulate(*options)

    assert stopped[0] == 130
    assert stopped[1].endswith("stopped after 250 seeds; the same command goes on\n")
    assert exit_code == 0
    assert told.startswith("going on after 250 of 500 seeds")
    assert told.endswith("every promise was kept\n")


def test_a_seed_of_another_gateway_is_told_with_its_name(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    with PLANTED["the gateway is told to take money before that is written down"]():
        _, told = simulate("--gateway", "toss", "--seeds", "40", "--jobs", "1", "--state", state)
        command_line = told.partition("make simulate ")[2].split()[:2]
        seed = command_line[0].removeprefix("SEED=")
        exit_code, replayed = simulate("--gateway", "toss", "--seed", seed)

    assert command_line[1] == "GATEWAY=toss"
    assert exit_code == 1
    assert "approvals.approve(" in replayed


def test_what_another_gateways_range_left_is_not_taken_up(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    simulate("--seeds", "20", "--jobs", "1", "--state", str(state))

    _, told = simulate("--gateway", "stripe", "--seeds", "20", "--jobs", "1", "--state", str(state))

    assert "going on" not in told


def test_what_a_gateway_cannot_do_is_not_expected_of_it() -> None:
    assert set(kinds_of(ANY)) == set(EVERY_KIND)
    assert "gateway asks to confirm" in kinds_of("portone-v1")
    assert "gateway asks to confirm" not in kinds_of("toss")
    assert "sweep goes round" not in kinds_of("bank-transfer")
    assert "money is taken at our word" not in kinds_of("portone-v1")


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
