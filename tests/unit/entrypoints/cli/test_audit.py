"""`payproof audit` names what was changed by hand, and prints a digest that shows it later."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from domain.history_audit import Break, Flaw
from domain.history_chain import begun
from entrypoints.cli.moments import Moment
from entrypoints.cli.words import say_break
from tests.contract.evolution import next_version
from tests.contract.tampering import tell_story
from tests.support.commands import RunCommand
from tests.support.factories import ORDER_ID, a_key, a_payment, an_entry, an_order

AS_OF = ["--as-of", "2026-03-03T00:00Z"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a database of three orders: one new, one with a story, one from before the chain."""
    path = tmp_path / "payproof.db"
    asyncio.run(_fill(path))
    return path


async def _fill(path: Path) -> None:
    database = SqliteDatabase(path)
    await database.open()
    orders = SqliteOrderRepository(database)
    await orders.add(begun(an_order(order_id="new")), [])
    await tell_story(orders)
    await orders.add(an_order(order_id="old"), [])
    old = an_order(order_id="old", version=1, history=(an_entry(),))
    await orders.save(old, [])
    await orders.save(
        next_version(old, a_payment(order_id="old", key=a_key("imp_old"))),
        [],
    )
    await database.close()


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount == 1


def digest_in(out: str) -> str:
    return out.rsplit(maxsplit=1)[-1]


def test_what_nobody_touched_is_intact(payproof: RunCommand, path: Path) -> None:
    ended = payproof("audit", *AS_OF)

    assert path.exists()
    assert (ended.exit_code, ended.err) == (0, "")
    assert ended.out.splitlines()[:2] == [
        "3 orders, 7 entries: none broken",
        "of these, 1 from before the chain: nothing proves them",
    ]
    assert ended.out.splitlines()[2].startswith("digest as of 2026-03-03T00:00:00Z: ")
    assert len(digest_in(ended.out)) == 64


def test_nothing_at_all_is_intact(payproof: RunCommand) -> None:
    ended = payproof("audit")

    assert ended.exit_code == 0
    assert ended.out.startswith("0 orders, 0 entries: none broken\ndigest as of ")


def test_each_broken_order_is_named_with_its_first_broken_entry(
    payproof: RunCommand, path: Path
) -> None:
    execute(path, "UPDATE orders SET amount_minor = 1 WHERE order_id = 'new'")
    execute(path, "UPDATE orders SET status = 'pay' WHERE order_id = 'old'")
    execute(path, f"UPDATE history SET at = 0 WHERE order_id = '{ORDER_ID}' AND version = 2")

    ended = payproof("audit", *AS_OF)
    one = payproof("audit", "new")

    assert ended.exit_code == one.exit_code == 1
    assert ended.out.splitlines()[:4] == [
        "order new: before entry 1: what was sold, or an entry from before the chain, was changed",
        "order old: the record cannot be read",
        f"order {ORDER_ID}: {say_break(Break(version=2, flaw=Flaw.CONTENT))}",
        "3 orders, 5 entries: 3 broken",
    ]
    assert one.out.splitlines()[1] == "1 order, 0 entries: 1 broken"


def test_the_same_as_json_lines(payproof: RunCommand, path: Path) -> None:
    execute(path, "UPDATE orders SET amount_minor = 1 WHERE order_id = 'new'")
    execute(path, "UPDATE orders SET amount_minor = 0 WHERE order_id = 'old'")

    ended = payproof("audit", "--json", *AS_OF)

    new, old, total = (json.loads(line) for line in ended.out.splitlines())
    assert ended.exit_code == 1
    assert new == {"order_id": "new", "version": 0, "differs": "sale", "field": None}
    assert old == {"order_id": "old", "version": None, "differs": "unreadable", "field": "amount"}
    assert total.pop("digest") != ""
    assert total == {
        "orders": 3,
        "entries": 5,
        "unchained": 0,
        "broken": 2,
        "as_of": "2026-03-03T00:00:00Z",
        "as_expected": None,
    }


def test_a_digest_kept_elsewhere_shows_that_everything_was_rewritten(
    payproof: RunCommand, path: Path
) -> None:
    kept = digest_in(payproof("audit", *AS_OF).out)
    same = payproof("audit", *AS_OF, "--expect", kept)
    path.unlink()
    asyncio.run(_fill(path))
    again = payproof("audit", *AS_OF, "--expect", kept)
    execute(path, "DELETE FROM orders WHERE order_id = 'new'")

    ended = payproof("audit", *AS_OF, "--expect", kept)
    as_json = payproof("audit", *AS_OF, "--expect", kept, "--json")

    assert same.exit_code == again.exit_code == 0
    assert ended.exit_code == as_json.exit_code == 1
    assert ended.out.startswith("2 orders, 7 entries: none broken\n")
    assert "this is not the digest expected: what was recorded by then has changed" in ended.out
    assert json.loads(as_json.out)["as_expected"] is False


def test_no_such_order_is_1(payproof: RunCommand, path: Path) -> None:
    ended = payproof("audit", "order-404")

    assert path.exists()
    assert (ended.exit_code, ended.out) == (1, "no such order: order-404\n")


def test_an_id_that_was_tampered_with_commands_no_terminal(
    payproof: RunCommand, path: Path
) -> None:
    execute(path, "UPDATE orders SET order_id = 'new' || char(27) WHERE order_id = 'new'")

    ended = payproof("audit", *AS_OF)

    assert ended.exit_code == 1
    assert ended.out.startswith("order new\\x1b: the record cannot be read (order_id)\n")


def test_a_damaged_file_is_told_in_one_line(payproof: RunCommand, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE history")

    ended = payproof("audit")

    assert (ended.exit_code, ended.out) == (1, "")
    assert ended.err == (
        "payproof: the record is damaged, or from another version (databaseError)\n"
    )


def test_every_break_is_said() -> None:
    said = {say_break(Break(version=2, flaw=flaw)) for flaw in Flaw}

    assert len(said) == len(Flaw)
    assert all(sentence.startswith("entry 2: ") for sentence in said)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27", datetime(2026, 11, 26, 15, 0, tzinfo=UTC)),
        ("2026-11-27T18:30", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),
        ("2026-11-27T18:30+09:00", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),
        ("2026-11-27T09:30:00Z", datetime(2026, 11, 27, 9, 30, tzinfo=UTC)),
        (datetime(2026, 11, 27, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)),
    ],
)
def test_a_time_is_seoul_s_unless_it_says_otherwise(text: object, moment: datetime) -> None:
    assert Moment().convert(text, None, None) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Moment().convert(text, None, None)
