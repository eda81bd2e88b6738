"""The kinds of database that past orders are stored in, and how each is filled."""

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from rich.console import Console

from benchmarks.stored_orders import load_mongodb, load_sqlite
from tests.support.mongodb_server import NoMongoDB, running_mongodb

SQLITE, MONGODB = "SQLite", "MongoDB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of database: how a new one is named and loaded, and what its service is told.

    `at_most` orders fit into it, if there is a bound.
    """

    name: str
    is_mongodb: bool
    new_database: Callable[[Path, str], str]
    load: Callable[[str, int, Callable[[int], None]], None]
    settings: Mapping[str, str]
    at_most: int | None = None


def add_choices(parser: argparse.ArgumentParser) -> None:
    """The options that choose among the kinds."""
    parser.add_argument("--database", choices=(SQLITE, MONGODB))
    parser.add_argument("--memory", default="7g", help="of the stand-in for MongoDB")
    parser.add_argument("--large-in-memory", type=int, default=1_000_000)


def chosen_kinds(chosen: argparse.Namespace, stack: ExitStack, console: Console) -> list[Kind]:
    """The kinds that were chosen, all if none was; a server that one needs runs with the stack."""
    kinds = []
    if chosen.database in (None, SQLITE):
        kinds.append(
            Kind(
                name=SQLITE,
                is_mongodb=False,
                new_database=lambda folder, name: str(folder / f"{name}.db"),
                load=lambda database, count, tell: load_sqlite(Path(database), count, tell),
                settings={},
            )
        )
    if chosen.database in (None, MONGODB):
        try:
            server = stack.enter_context(running_mongodb(chosen.memory))
        except NoMongoDB as error:
            console.print(f"NOT MEASURED, there is no MongoDB: {error}", style="bold red")
            return kinds
        if not server.is_real:
            console.print(
                "The MongoDB here is a stand-in in memory: it holds at most "
                f"{chosen.large_in_memory:,} orders, and no sweep runs beside what is measured."
            )
        kinds.append(
            Kind(
                name=MONGODB if server.is_real else f"{MONGODB} (stand-in)",
                is_mongodb=True,
                new_database=lambda _, name: server.database_url(f"{name}_{uuid4().hex[:8]}"),
                load=load_mongodb,
                settings={} if server.is_real else {"PAYPROOF_RECONCILE_EVERY_S": "0"},
                at_most=None if server.is_real else chosen.large_in_memory,
            )
        )
    return kinds
