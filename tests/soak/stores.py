"""The databases that a leg can be played on, each new and empty."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.soak.records import MongoRecord, Record, SqliteRecord
from tests.support.mongodb_server import new_database, shared_mongodb


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Record]:
    """A file in that folder."""
    yield SqliteRecord(folder / "payproof.db")


@contextmanager
def on_mongodb(_folder: Path) -> Iterator[Record]:
    """A database on the best server to be had, in a process of its own. Raises `NoMongoDB`."""
    with new_database(shared_mongodb()) as url:
        yield MongoRecord(url)


STORES: dict[str, Callable[[Path], AbstractContextManager[Record]]] = {
    "sqlite": on_sqlite,
    "mongodb": on_mongodb,
}
