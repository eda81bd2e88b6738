"""All records of one kind in a store, to be carried whole into another store.

Who adds a kind of record gives each store a shelf of it, under one name, in `shelves` of its
`record_shelves.py`. The records are values that compare by all they say. A test carries a SQLite
file with every column filled to MongoDB and back, and fails for whatever stays behind.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Record]):
    """Some records, the names of those that cannot be read, and where the next page begins.

    `after` is None on the last page.
    """

    records: Sequence[Record]
    unreadable: Sequence[str] = ()
    after: str | None = None


class RecordShelf(Protocol[Record]):
    """One kind of record in one store. Nobody else writes to either store meanwhile.

    Every method may raise `RepositoryUnavailable`; then some records may have been put.
    """

    @abstractmethod
    async def count(self) -> int:
        """How many there are, readable or not; takes its time."""

    @abstractmethod
    async def page(self, after: str, limit: int, /) -> Page[Record]:
        """About `limit` records beyond that place, "" being the start.

        Their order is the store's own and stays, so that each record is on exactly one page.
        """

    @abstractmethod
    async def find(self, records: Sequence[Record], /) -> Sequence[Record | None]:
        """What is stored under the ids of these, one by one; None where nothing can be read."""

    @abstractmethod
    async def put(self, records: Sequence[Record], /) -> None:
        """Stores each as it is where its id is not taken; what is there stays. Durable on return.

        One that contradicts another record, as by a payment that is bound elsewhere, is left out.
        """

    @abstractmethod
    def name(self, record: Record, /) -> str:
        """What a person calls this record."""
