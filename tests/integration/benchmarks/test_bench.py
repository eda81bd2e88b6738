"""The benchmark measures what it says: the same work for all, ratios round by round."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.portone_v1 import wire
from benchmarks.contestants import FLOOR, PAYPROOF, TUNED
from benchmarks.gateway import Gateway
from benchmarks.load import Measured
from benchmarks.rounds import Run
from benchmarks.sales import FIRST_VIRTUAL_ACCOUNT, Sale
from benchmarks.summary import Results
from domain.payment import Payment, PaymentStatus


def answer_to(sale: Sale) -> Payment:
    body, _ = Gateway().answer(f"/payments/{sale.payment_id}".encode())
    return wire.read_payment(body, sale.payment_id)


def a_run(contestant: str, number: int, *, cpu_us: float, errors: int = 0) -> Run:
    measured = Measured(
        requests=1,
        errors=errors,
        cpu_us=cpu_us,
        per_s=100.0,
        p50_ms=1.0,
        p99_ms=2.0,
        resident_mb=60.0,
    )
    return Run(
        database="SQLite",
        case="first",
        contestant=contestant,
        round=number,
        measured=measured,
        gateway_calls=1.0,
    )


@pytest.mark.parametrize(
    ("number", "status"),
    [(7, PaymentStatus.PAID), (FIRST_VIRTUAL_ACCOUNT + 7, PaymentStatus.AWAITING_DEPOSIT)],
)
def test_the_gateway_answers_as_portone_does(number: int, status: PaymentStatus) -> None:
    sale = Sale(number)

    payment = answer_to(sale)

    assert (payment.order_id, payment.total.number) == (sale.order_id, "1000")
    assert payment.status is status


def test_a_ratio_is_taken_within_each_round_before_the_median() -> None:
    results = Results(
        [
            # The second round met a busy machine, which slowed both alike.
            *(a_run(PAYPROOF, 1, cpu_us=100), a_run(FLOOR, 1, cpu_us=100)),
            *(a_run(PAYPROOF, 2, cpu_us=900), a_run(FLOOR, 2, cpu_us=450)),
            *(a_run(PAYPROOF, 3, cpu_us=300), a_run(FLOOR, 3, cpu_us=100)),
        ],
        [],
    )

    ratio = results.ratio("SQLite", "first", FLOOR)

    assert (ratio.median, ratio.least, ratio.most) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize(("cpu_us", "is_met"), [(80.0, True), (81.0, False)])
def test_an_aim_is_met_up_to_its_limit(cpu_us: float, is_met: bool) -> None:
    results = Results([a_run(PAYPROOF, 1, cpu_us=cpu_us), a_run(TUNED, 1, cpu_us=100)], [])

    [aim, _] = results.aims()

    assert aim.limit == 0.8
    assert aim.is_met is is_met


def test_one_error_in_one_round_is_too_many() -> None:
    rounds = [a_run(PAYPROOF, number, cpu_us=1, errors=number == 2) for number in (1, 2, 3)]

    [aim] = Results(rounds, []).aims()

    assert not aim.is_met


def test_it_runs_from_start_to_end(tmp_path: Path) -> None:
    small = ["--case", "slow-repeat", "--rounds", "1", "--starts", "1", "--database", "SQLite"]
    who = ["--who", PAYPROOF, "--who", FLOOR]

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *small, *who, "--out", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "gateway trips of a first verification" in done.stdout
    runs = json.loads((tmp_path / "results.json").read_text())["runs"]
    calls = {(run["contestant"], run["case"]): run["gateway_calls"] for run in runs}
    assert calls == {
        (PAYPROOF, "slow"): 1.0,
        (FLOOR, "slow"): 1.0,
        (PAYPROOF, "slow-repeat"): 0.0,
        (FLOOR, "slow-repeat"): 0.0,
    }
    assert all(run["measured"]["cpu_us"] > 0 for run in runs)
