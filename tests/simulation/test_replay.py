"""The same seed is the same run, whatever Python's own hashes are."""

import os
import subprocess
import sys
from hashlib import sha256

from tests.simulation.run import run_seed

SEEDS = range(60)
_PRINT_DIGEST = """
from tests.simulation.test_replay import digest_of_traces
import sys
sys.stdout.write(digest_of_traces())
"""


def digest_of_traces() -> str:
    digest = sha256()
    for seed in SEEDS:
        result = run_seed(seed, traced=True)
        digest.update("\n".join([*result.trace, *map(str, sorted(result.counts.items()))]).encode())
    return digest.hexdigest()


def run_with_hash_seed(hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", _PRINT_DIGEST],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_a_seed_replays_exactly_in_other_processes() -> None:
    traces = {run_with_hash_seed("1"), run_with_hash_seed("2"), digest_of_traces()}

    assert len(traces) == 1


def test_watching_a_run_does_not_change_it() -> None:
    for seed in SEEDS:
        assert run_seed(seed, traced=True).counts == run_seed(seed).counts


def test_another_seed_is_another_run() -> None:
    assert len({"\n".join(run_seed(seed, traced=True).trace) for seed in SEEDS}) == len(SEEDS)
