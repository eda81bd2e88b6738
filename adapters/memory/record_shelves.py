"""The records in memory, to be carried to another store."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from adapters.memory.faults import Faults
from adapters.memory.store import MemoryStore
from domain.order import Order
from ports.record_shelf import Page
from ports.stored_task import StoredTask

Record = TypeVar("Record")


class _Shelf(Generic[Record]):
    """A `RecordShelf` on a dictionary, by id."""

    def __init__(
        self, records: dict[str, Record], name: Callable[[Record], str], faults: Faults
    ) -> None:
        self._records = records
        self._name = name
        self._faults = faults

    async def count(self) -> int:
        with self._faults.around("count"):
            return len(self._records)

    async def page(self, after: str, limit: int, /) -> Page[Record]:
        with self._faults.around("page"):
            ids = sorted(each for each in self._records if each > after)
            chosen = ids[:limit]
            return Page(
                records=[self._records[each] for each in chosen],
                after=chosen[-1] if len(ids) > limit else None,
            )

    async def find(self, records: Sequence[Record], /) -> Sequence[Record | None]:
        with self._faults.around("find"):
            return [self._records.get(self._name(each)) for each in records]

    async def put(self, records: Sequence[Record], /) -> None:
        with self._faults.around("put"):
            for each in records:
                self._put(each)

    def name(self, record: Record, /) -> str:
        return self._name(record)

    def _put(self, record: Record) -> None:
        self._records.setdefault(self._name(record), record)


class MemoryOrderShelf(_Shelf[Order]):
    """The orders, with the binding of their payments."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store.orders, lambda order: order.order_id, store.faults)
        self._bindings = store.bindings

    def _put(self, record: Order) -> None:
        owners = {self._bindings.get(each.key, record.order_id) for each in record.payments}
        if record.order_id not in self._records and owners <= {record.order_id}:
            self._records[record.order_id] = record
            self._bindings.update({each.key: record.order_id for each in record.payments})


class MemoryTaskShelf(_Shelf[StoredTask]):
    """The tasks, in every state."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store.tasks, lambda stored: stored.task.task_id, store.faults)
