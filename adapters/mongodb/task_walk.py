"""Reads tasks by rank out of orders that hold some each, and never many more than are asked for.

Theory of operation. What lies within documents is in an index once for each task, but no server
sorts by it: a document has one place in a list. So a window of the index is read, without an order
and up to a limit. If all that lies in it came, it is sorted here. If more lies in it, the window is
narrowed to what is lower than the middle of what came, and read again: two reads on a server that
follows its index, a few more on a cluster whose shards answer in turn. Windows are cut by kind;
where one kind is too many, by time within it; where one moment is, by id.
"""

from collections.abc import Iterator, Sequence

from adapters.mongodb.database import Collection
from adapters.mongodb.stored_fields import Document
from adapters.mongodb.task_ledger import RANK, TASKS_BY_RANK

_FIELDS: Document = {"tasks": 1}

# A task as its order keeps it, and the order's id.
Found = tuple[Document, str]


class TaskWalk:
    """Walks the tasks in one state, the lowest rank first, until so many are `found`."""

    def __init__(self, orders: Collection, state: str, limit: int) -> None:
        self.found: list[Found] = []
        self._orders = orders
        self._state = state
        self._limit = limit

    async def walk(self, after: Sequence[str] | None) -> None:
        """From the one that follows that rank, or from the beginning."""
        if after is None:
            await self._within((), None)
        else:
            for level in reversed(range(len(RANK))):
                await self._within(tuple(after[:level]), after[level])

    async def _within(self, fixed: tuple[str, ...], above: str | None) -> None:
        """All whose rank begins so and goes on with more than that, or with anything."""
        level, upper = len(fixed), None
        while len(self.found) < self._limit:
            documents = await self._read(fixed, above, upper)
            inside = sorted(self._inside(documents, fixed, above, upper), key=_rank_of)
            is_all = len(documents) <= self._most
            lower = [] if is_all else _lower_than(upper, inside, level)
            if lower:
                upper = lower[(len(lower) - 1) // 2]
                continue
            if is_all or not upper or level + 1 == len(RANK):
                self.found += inside  # of ids, and of what cannot be read, there are not so many
            else:
                await self._within((*fixed, upper), None)
            if upper is None:
                return
            above, upper = upper, None

    @property
    def _most(self) -> int:
        return 2 * self._limit

    async def _read(
        self, fixed: tuple[str, ...], above: str | None, upper: str | None
    ) -> list[Document]:
        wanted: Document = {"state": self._state, **dict(zip(RANK, fixed, strict=False))}
        if above is not None:
            wanted[RANK[len(fixed)]] = {"$gt": above} | ({} if upper is None else {"$lte": upper})
        elif upper is not None:
            # What cannot be read is no text, and comes first.
            wanted[RANK[len(fixed)]] = {"$not": {"$gt": upper}}
        cursor = self._orders.find({"tasks": {"$elemMatch": wanted}}, _FIELDS).hint(TASKS_BY_RANK)
        return await cursor.limit(self._most + 1).to_list(self._most + 1)

    def _inside(
        self,
        documents: Sequence[Document],
        fixed: tuple[str, ...],
        above: str | None,
        upper: str | None,
    ) -> Iterator[Found]:
        level = len(fixed)
        for document in documents:
            for entry in document["tasks"]:
                if isinstance(entry, dict) and entry.get("state") == self._state:
                    rank = _rank(entry)
                    is_above = above is None or rank[level] > above
                    is_below = upper is None or rank[level] <= upper
                    if rank[:level] == fixed and is_above and is_below:
                        yield entry, document["_id"]


def _lower_than(upper: str | None, inside: Sequence[Found], level: int) -> list[str]:
    """Where the first task of each order stands, sorted, if it is lower than that."""
    first: dict[str, str] = {}
    for entry, order_id in inside:
        first.setdefault(order_id, _rank(entry)[level])
    return sorted(place for place in first.values() if upper is None or place < upper)


def _rank(entry: Document) -> tuple[str, ...]:
    values = (entry.get(field) for field in RANK)
    return tuple(value if isinstance(value, str) else "" for value in values)


def _rank_of(found: Found) -> tuple[str, ...]:
    return _rank(found[0])
