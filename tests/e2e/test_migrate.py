"""`payproof migrate` at a terminal and as a process: what it says, and how it ends."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.record_shelves import shelves as mongodb_shelves
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.record_shelves import shelves as sqlite_shelves
from domain.order import Order
from tests.support.commands import RunCommand, payproof
from tests.support.factories import an_order
from tests.support.full_store import RECORDS
from tests.support.mongodb_proxy import Fault, MongoProxy, mongodb_proxy
from tests.support.mongodb_server import MongoServer, admin_client, database_name
from tests.support.service import running
from tests.support.storefront import until

__all__ = ["payproof"]

MANY = 1_000
# How long a database is waited for where it does not come: enough for one that is there.
HASTY_S = 4.0
PASSWORD = "hunter2-s3cret"


@pytest.fixture
async def full(tmp_path: Path) -> str:
    """The address of a SQLite file with a record of every kind."""
    path = tmp_path / "full.db"
    database = SqliteDatabase(path)
    await database.open()
    for kind, shelf in sqlite_shelves(database).items():
        await shelf.put(RECORDS[kind]())
    await database.close()
    return f"sqlite:///{path}"


@asynccontextmanager
async def before(url: str, *, delay_s: float = 0.3) -> AsyncIterator[tuple[MongoProxy, str]]:
    """A wire that can fail before that database, and the database's address over it."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    async with mongodb_proxy(parts.hostname, parts.port or 27017, delay_s=delay_s) as proxy:
        yield proxy, parts._replace(netloc=proxy.address, query="directConnection=true").geturl()


@asynccontextmanager
async def slowly_before(url: str) -> AsyncIterator[tuple[MongoProxy, str]]:
    """The same, so slow that whatever is done once an order is there comes long before the end."""
    async with before(url, delay_s=0.1) as (proxy, target):
        proxy.plan(*((number, Fault.DELAY_REPLY) for number in range(1, MANY)))
        yield proxy, target


async def test_there_and_back_again(
    payproof: RunCommand, full: str, mongodb_url: str, tmp_path: Path
) -> None:
    back = f"sqlite:///{tmp_path}/back.db"

    there = await asyncio.to_thread(payproof, "migrate", "--from", full, "--to", mongodb_url)
    again = await asyncio.to_thread(payproof, "migrate", "--from", full, DATABASE_URL=mongodb_url)
    returned = await asyncio.to_thread(payproof, "migrate", "--from", mongodb_url, "--to", back)

    ends = [(ended.exit_code, ended.err) for ended in (there, again, returned)]
    assert ends == [(0, "")] * 3
    assert _row(there.out, "orders") == ["orders", "2", "2", "2", "2"]
    assert _row(again.out, "tasks") == ["tasks", "5", "0", "5", "5"]
    assert _row(returned.out, "stray payments") == ["stray payments", "2", "2", "2", "2"]
    assert "Everything is there, and the same." in there.out
    database = MongoDatabase(mongodb_url)
    await database.open()
    try:
        for kind, shelf in mongodb_shelves(database).items():
            assert await shelf.find(RECORDS[kind]()) == RECORDS[kind]()
    finally:
        await database.close()


async def test_differences_end_with_1_and_are_named(
    payproof: RunCommand, full: str, mongodb_url: str, mongodb_server: MongoServer
) -> None:
    await asyncio.to_thread(payproof, "migrate", "--from", full, "--to", mongodb_url)
    with admin_client(mongodb_server) as client:
        orders = client[database_name(mongodb_url)]["orders"]
        orders.update_one({"_id": "bare"}, {"$set": {"amount.amount_minor": 1}})
        orders.update_one({"_id": "not-come-yet"}, {"$unset": {"tasks": ""}})
        orders.insert_one({"_id": "other", "bound": ["order:other"]})

    ended = await asyncio.to_thread(payproof, "migrate", "--from", full, "--to", mongodb_url)

    assert ended.exit_code == 1
    assert "orders: bare is there, but says something else" in ended.out
    assert "tasks: recheck/not-come-yet/" in ended.out
    assert "orders: 1 at the target are not the source's" in ended.out
    assert "The two differ." in ended.out


async def test_more_differences_than_fit_are_counted(payproof: RunCommand, tmp_path: Path) -> None:
    paths = [f"sqlite:///{tmp_path}/{name}.db" for name in ("from", "to")]
    for number, path in enumerate(paths):
        await _fill(Path(path.removeprefix("sqlite:///")), 30, name=f"name {number}")

    ended = await asyncio.to_thread(payproof, "migrate", "--from", paths[0], "--to", paths[1])

    assert ended.exit_code == 1
    assert "orders: and 10 more" in ended.out


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("sqlite:///{folder}/typo.db", "sqlite:///{folder}/b.db", "--from names a file that is"),
        ("sqlite:///{folder}/a.db", "sqlite:///{folder}/a.db", "are the same database"),
        ("sqlite:///{folder}/a.db", "sqlite:///{folder}/b.db", "--from holds nothing"),
        ("sqlite:///{folder}/a.db", "postgres://u:" + PASSWORD + "@h/d", "--to cannot be used"),
        ("mongodb://u:" + PASSWORD + "@h:x/d", "sqlite:///{folder}/b.db", "--from cannot be used"),
        ("sqlite:///{folder}/text.db", "sqlite:///{folder}/b.db", "is not a SQLite database"),
        ("sqlite:///{folder}/a.db", "sqlite:////", "--to cannot be used"),
    ],
)
async def test_wrong_addresses_end_with_2(
    payproof: RunCommand, tmp_path: Path, source: str, target: str, words: str
) -> None:
    await _fill(tmp_path / "a.db", 0)
    (tmp_path / "text.db").write_text("no database at all" * 100)

    ended = await asyncio.to_thread(
        payproof,
        "migrate",
        *("--from", source.format(folder=tmp_path)),
        *("--to", target.format(folder=tmp_path)),
    )

    assert (ended.exit_code, ended.out) == (2, "")
    assert words in ended.err
    assert PASSWORD not in ended.err
    assert not (tmp_path / "typo.db").exists()


def test_without_a_source_it_says_so(payproof: RunCommand) -> None:
    ended = payproof("migrate")

    assert ended.exit_code == 2
    assert "--from" in ended.err


async def test_a_database_that_is_away_ends_with_75(
    payproof: RunCommand, full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"mongodb://shop:{PASSWORD}@127.0.0.1:1/shop"
    monkeypatch.setattr("entrypoints.cli.migrate._PATIENCE_S", HASTY_S)

    ended = await asyncio.to_thread(payproof, "migrate", "--from", full, "--to", url)

    assert (ended.exit_code, ended.out) == (75, "")
    assert "the database is out of reach" in ended.err
    assert "run the same command again" in ended.err
    assert PASSWORD not in ended.err


async def test_a_line_that_breaks_half_way_is_gone_on_from(
    payproof: RunCommand,
    mongodb_url: str,
    mongodb_server: MongoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = tmp_path / "many.db"
    await _fill(source, MANY)
    with admin_client(mongodb_server) as client:
        orders = client[database_name(mongodb_url)]["orders"]
        async with slowly_before(mongodb_url) as (proxy, target):
            with monkeypatch.context() as patched:
                patched.setattr("entrypoints.cli.migrate._PATIENCE_S", HASTY_S)
                carrying = asyncio.create_task(
                    asyncio.to_thread(
                        payproof, "migrate", "--from", f"sqlite:///{source}", "--to", target
                    )
                )
                await until(lambda: orders.count_documents({}) > 0)
                proxy.cut_off = True
                broken = await carrying
    ended = await asyncio.to_thread(
        payproof, "migrate", "--from", f"sqlite:///{source}", "--to", mongodb_url
    )

    assert broken.exit_code == 75
    assert ended.exit_code == 0
    _, at_source, now, _, same = _row(ended.out, "orders")
    assert (at_source, same) == ("1,000", "1,000")
    assert 0 < int(now.replace(",", "")) < MANY


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)], ids=["INT", "KILL"]
)
async def test_stopped_at_any_moment_it_goes_on(
    payproof: RunCommand,
    mongodb_url: str,
    mongodb_server: MongoServer,
    tmp_path: Path,
    number: signal.Signals,
    exit_code: int,
) -> None:
    source = tmp_path / "many.db"
    await _fill(source, MANY)
    with admin_client(mongodb_server) as client:
        orders = client[database_name(mongodb_url)]["orders"]
        async with (
            slowly_before(mongodb_url) as (_, target),
            running(
                *("migrate", "--from", f"sqlite:///{source}", "--to", target),
                settings={},
                secrets={PASSWORD},
                folder=tmp_path,
            ) as program,
        ):
            await until(lambda: orders.count_documents({}) > 0)
            assert await program.end(number) == exit_code
        there = orders.count_documents({})

    ended = await asyncio.to_thread(
        payproof, "migrate", "--from", f"sqlite:///{source}", "--to", mongodb_url
    )

    assert there < MANY
    assert ended.exit_code == 0
    assert _row(ended.out, "orders")[-1] == f"{MANY:,}"
    if number is signal.SIGINT:
        assert [line for line in program.logged if line.startswith("payproof: stopped; ")]
    with closing(sqlite3.connect(source)) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (MANY,)


async def test_a_terminal_is_shown_how_far_it_is(full: str, tmp_path: Path) -> None:
    master, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "entrypoints.cli", "migrate"),
        *("--from", full, "--to", f"sqlite:///{tmp_path}/to.db"),
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        stdout=asyncio.subprocess.PIPE,
        stderr=terminal,
    )
    os.close(terminal)
    out, _ = await process.communicate()
    shown = os.read(master, 100_000).decode()
    os.close(master)

    assert process.returncode == 0, out
    assert "carrying " in shown
    assert b"carrying" not in out


def test_doctor_creates_the_indexes(
    payproof: RunCommand, mongodb_url: str, mongodb_server: MongoServer
) -> None:
    ended = payproof("doctor", "--create-indexes", DATABASE_URL=mongodb_url)

    assert "ok    indexes   all are there\n" in ended.out
    assert "ok    sums      all orders are in them\n" in ended.out
    assert "ok    database  answers and takes writes\n" in ended.out
    with admin_client(mongodb_server) as client:
        indexes = client[database_name(mongodb_url)]["orders"].index_information()
    assert indexes["bound"]["unique"]


def test_doctor_has_no_indexes_to_create_on_sqlite(payproof: RunCommand) -> None:
    ended = payproof("doctor", "--create-indexes")

    assert "note  indexes   nothing to do: " in ended.out
    assert "ok    database  answers and takes writes\n" in ended.out


def test_doctor_says_that_the_indexes_cannot_be_created(payproof: RunCommand) -> None:
    ended = payproof("doctor", "--create-indexes", DATABASE_URL="mongodb://127.0.0.1:1/shop")

    assert ended.exit_code == 75
    assert "FAIL  database  the database is out of reach" in ended.out


async def _fill(path: Path, orders: int, **changes: object) -> None:
    database = SqliteDatabase(path)
    await database.open()
    many: list[Order] = [an_order(order_id=f"order-{n:05}", **changes) for n in range(orders)]
    await sqlite_shelves(database)["orders"].put(many)
    await database.close()


def _row(out: str, kind: str) -> list[str]:
    """The cells of that kind's row in the table."""
    [row] = [line for line in out.splitlines() if line.startswith(f"│ {kind} ")]
    return [cell.strip() for cell in row.strip("│").split("│")]
