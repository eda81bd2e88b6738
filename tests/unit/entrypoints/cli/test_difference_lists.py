"""Differences as lists that other programs read."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from application.tally import Tally
from domain.reconciliation import Cure, Difference, DifferenceKind
from entrypoints.cli.difference_lists import csv_list, json_lines
from entrypoints.cli.reconcile_window import Window
from entrypoints.cli.sweep_progress import watched_progress
from entrypoints.cli.sweep_tables import show_counts, show_history
from tests.contract.test_sweep_log import REPORT
from tests.support.factories import NOON

DIFFERENCE = Difference(
    kind=DifferenceKind.OVER,
    gateway="portone-v1",
    payment_id="imp_1",
    order_id="주문, 1",
    here="order pending 1000 KRW",
    there="paid 2000 KRW",
    cure=Cure.SETTLED,
)
ROW = {
    "kind": "over",
    "gateway": "portone-v1",
    "payment_id": "imp_1",
    "order_id": "주문, 1",
    "here": "order pending 1000 KRW",
    "there": "paid 2000 KRW",
    "cure": "settled",
}


def test_each_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    write = json_lines()

    write(DIFFERENCE)
    write(replace(DIFFERENCE, payment_id="imp_2"))

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [ROW, ROW | {"payment_id": "imp_2"}]
    assert "주문" in lines[0]


def test_each_is_a_row_under_the_names() -> None:
    file = StringIO()

    csv_list(file)(DIFFERENCE)

    assert list(csv.DictReader(StringIO(file.getvalue()))) == [ROW]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_word_from_outside_is_a_formula(text: str) -> None:
    file = StringIO()

    csv_list(file)(replace(DIFFERENCE, order_id=text))

    (row,) = csv.DictReader(StringIO(file.getvalue()))
    assert row["order_id"] == f"'{text}"


def test_counts_are_told_away_from_the_lists(capsys: pytest.CaptureFixture[str]) -> None:
    show_counts(replace(REPORT, found={"over": 1200}, stopped="timeout"), dry_run=True)
    show_counts(replace(REPORT, found={}), dry_run=False)
    show_counts(replace(REPORT, found={}, stopped="timeout"), dry_run=False)

    told = capsys.readouterr()
    assert told.out == ""
    assert "payments 2,500, pages 3, other questions 7; stopped: timeout" in told.err
    assert "1,200" in told.err
    assert "nothing was changed" in told.err
    assert "no difference\n" in told.err
    assert "no difference until then" in told.err


def test_the_history_is_a_table_or_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_history([REPORT, replace(REPORT, found={}, stopped="timeout")], as_json=False)
    table = capsys.readouterr().out
    show_history([REPORT], as_json=True)
    line = json.loads(capsys.readouterr().out)
    show_history([], as_json=False)

    assert "missingHere 2" in table
    assert "stopped: timeout" in table
    assert (line["payments"], line["found"]) == (2500, {"missingHere": 2, "over": 1})
    assert line["ended_at"] == REPORT.ended_at.isoformat()
    assert "nothing has been swept yet" in capsys.readouterr().out


def test_where_nobody_watches_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    window = Window(since=NOON, until=NOON + timedelta(hours=1))

    with watched_progress(window) as progress:
        progress.show(NOON + timedelta(minutes=30), Tally(payments=10))
        progress.stop()

    told = capsys.readouterr()
    assert told.out + told.err == ""
