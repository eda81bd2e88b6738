"""Keeps what the board shows of all orders: sums by the hour, forgeries, payments too many.

Theory of operation. An order and the sums that it adds to are documents of their own, which no
single write changes together, and a verification pays for one write alone. So that write only
marks its order (`to_add_up`, which is indexed), and whoever looks at the board first adds up what
is marked, batch by batch. A batch is worked out on paper: what each of its orders added before,
which the order itself remembers, what it adds now, and so the sums as they shall be. The paper is
one document, and goes into its place only if no other lies there and none has since the orders
were read. Then it is carried out, and taken away. All that it says is absolute, bears its number,
and never replaces what bears the same number or a later one. So whoever finds a batch that
somebody left half-way carries it out again, two may do so at once, and one who wakes up late
changes nothing.

Orders from before there were marks are walked once, by id.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pymongo import IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError

from adapters.mongodb.board_batch import Sums, Traces, batch_of, fitting, moved, traces_of
from adapters.mongodb.database import Collection, MongoDatabase, beside
from adapters.mongodb.stored_fields import Document
from ports.errors import RepositoryUnavailable

TAKINGS = "takings"
LINES = "board_lines"
BATCHES = "adding_up"

# One batch at a time for all processes.
_PLACE: Document = {"_id": "orders"}
_EMPTY: Document = {"seq": 0, "walked_to": "", "batch": None}
_BATCH = 250
# What one look may add up by itself; past it, it would keep its page waiting.
_MOST_ORDERS = 2_000
# How often one look meets others who add up too. Each time somebody has got on.
_MOST_MEETINGS = 100
_PATIENCE_S = 30.0
# Marks are times as text, which sort before it.
_ANY_MARK: Document = {"to_add_up": {"$lte": "~"}}
_FIELDS: Document = {"tasks": 0, "writes": 0}

LINE_INDEXES = (
    # lists the latest of one kind, page by page
    IndexModel([("list", 1), ("at", -1), ("order_id", -1), ("n", -1)], name="by_age"),
    # finds the forgeries that a payment was refused for
    IndexModel(
        [("key.payment_id", 1), ("list", 1), ("at", -1), ("order_id", -1), ("n", -1)],
        name="by_payment",
    ),
)


class AddingUp:
    """Adds up whatever was written before it was called; any number of processes may do so."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._begun = self._ended = 0
        self._failure: RepositoryUnavailable | None = None

    async def before_a_look(self) -> None:
        """For a look that may not wait long: raises `RepositoryUnavailable` if much is left.

        Who waits while one round runs shares the next one: that sees all that was written before.
        """
        wanted = self._begun + 1
        async with self._turn:
            if self._ended < wanted:
                self._begun += 1
                self._failure = await self._round()
                self._ended = self._begun
            if self._failure is not None:
                raise type(self._failure)(self._failure.code)

    async def all(self) -> None:
        """However much is left, and however long it takes."""
        while await self._add_some(_PATIENCE_S) is not None:
            pass

    async def _round(self) -> RepositoryUnavailable | None:
        added = meetings = 0
        try:
            while added < _MOST_ORDERS and meetings < _MOST_MEETINGS:
                some = await self._add_some(None)
                if some is None:
                    return None
                added += some
                meetings += not some
        except RepositoryUnavailable as error:
            return error
        return RepositoryUnavailable("muchToAddUp")

    async def _add_some(self, timeout_s: float | None) -> int | None:
        """Adds up one batch: of how many orders, 0 for somebody else's; None when it is done."""
        async with self._database.question(timeout_s) as orders:
            state = await _state(orders)
            if state["batch"] is not None:
                await carry_out(orders, state)
                return 0
            documents, walked_to = await _next(orders, state["walked_to"])
            if not documents and walked_to == state["walked_to"]:
                return None
            found = [traces_of(each) for each in documents if "stub" not in each]
            traces = fitting(found)
            is_cut = len(traces) < len(found)
            if is_cut and state["walked_to"] is not None:
                walked_to = traces[-1].order_id
            seq = state["seq"] + 1
            batch = batch_of(traces, await _sums_at(orders, traces), seq)
            planned = {"seq": seq, "walked_to": walked_to, "batch": batch}
            free = {**_PLACE, "seq": state["seq"], "batch": None}
            taken = await beside(orders, BATCHES).update_one(free, {"$set": planned})
            if not taken.matched_count:
                return 0  # somebody else was quicker
            await carry_out(orders, planned)
            is_last = state["walked_to"] is None and len(documents) < _BATCH and not is_cut
            return None if is_last else len(traces)


async def carry_out(orders: Collection, state: Document) -> None:
    """Does what the batch says, and takes it away. Doing it twice, or late, changes nothing."""
    seq, batch = state["seq"], state["batch"]
    await _put(beside(orders, TAKINGS), batch["sums"], seq)
    await _put(beside(orders, LINES), batch["lines"], seq)
    await _remember(orders, batch["orders"], seq)
    of_this = {**_PLACE, "seq": seq}
    await beside(orders, BATCHES).update_one(of_this, {"$set": {"batch": None}})


async def _state(orders: Collection) -> Document:
    batches = beside(orders, BATCHES)
    state: Document | None = await batches.find_one(_PLACE, {})
    if state is None:
        await beside(orders, LINES).create_indexes(list(LINE_INDEXES))
        with suppress(DuplicateKeyError):  # two first ones at once
            await batches.update_one(_PLACE, {"$setOnInsert": _EMPTY}, upsert=True)
        state = await batches.find_one(_PLACE, {})
    if state is None:
        raise RepositoryUnavailable("stateVanished")
    return state


async def _next(orders: Collection, walked_to: str | None) -> tuple[list[Document], str | None]:
    """The orders whose turn it is, and how far the walk over the old ones is then."""
    if walked_to is None:
        marked = orders.find(_ANY_MARK, _FIELDS).hint("to_add_up").limit(_BATCH)
        return await marked.to_list(_BATCH), None
    by_id = orders.find({"_id": {"$gt": walked_to}}, _FIELDS).sort([("_id", 1)]).hint("_id_")
    documents = await by_id.limit(_BATCH).to_list(_BATCH)
    return documents, documents[-1]["_id"] if len(documents) == _BATCH else None


async def _sums_at(orders: Collection, traces: Sequence[Traces]) -> Sums:
    hours = moved(traces)
    if not hours:
        return {}
    cursor = beside(orders, TAKINGS).find({"_id": {"$in": hours}}, {"seq": 0})
    return {each.pop("_id"): each for each in await cursor.to_list(len(hours))}


async def _put(collection: Any, documents: Sequence[Document], seq: int) -> None:
    """Makes them what they shall be, unless they are from this batch or a later one already."""
    writes = []
    for each in documents:
        named, fields = {"_id": each["_id"]}, {**each, "seq": seq}
        del fields["_id"]
        writes.append(UpdateOne(named, {"$setOnInsert": {"seq": 0}}, upsert=True))
        writes.append(UpdateOne({**named, "seq": {"$lt": seq}}, {"$set": fields}))
    if writes:
        await collection.bulk_write(writes, ordered=True)


async def _remember(orders: Collection, added: Sequence[Document], seq: int) -> None:
    """Notes in each order what it has added, and takes its mark, unless it was changed since."""
    if not added:
        return
    older = {"added_up.seq": {"$not": {"$gte": seq}}}
    unmarked = [
        UpdateOne(
            {"_id": each["_id"], "version": each["version"], **older},
            {"$set": {"added_up": each["added_up"], "to_add_up": None}},
        )
        for each in added
    ]
    result = await orders.bulk_write(unmarked, ordered=False)
    if result.matched_count < len(added):
        still_marked = [
            UpdateOne({"_id": each["_id"], **older}, {"$set": {"added_up": each["added_up"]}})
            for each in added
        ]
        await orders.bulk_write(still_marked, ordered=False)
