"""Differences as lists for other programs: lines of JSON, and CSV."""

import csv
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import TextIO

import click

from domain.reconciliation import Difference

_FIELDS = [field.name for field in fields(Difference)]
# A spreadsheet takes what begins like this for a formula, and the words come from outside.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_lines() -> Callable[[Difference], None]:
    """Prints each as one line, as soon as it is found."""

    def write(difference: Difference) -> None:
        click.echo(json.dumps(asdict(difference), ensure_ascii=False))

    return write


def csv_list(file: TextIO) -> Callable[[Difference], None]:
    """Writes each as a row, under one row of names."""
    rows = csv.DictWriter(file, _FIELDS, lineterminator="\n")
    rows.writeheader()

    def write(difference: Difference) -> None:
        cells = asdict(difference)
        rows.writerow({name: _harmless(str(cell)) for name, cell in cells.items()})

    return write


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
