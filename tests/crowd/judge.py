"""The store as it stands, held against the model."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from domain.history_audit import first_break
from domain.order import Order
from entrypoints.container.stores import open_store
from ports.record_shelf import RecordShelf
from ports.stored_task import StoredTask
from tests.crowd.stories import Ending

# What waits for its time to come, and not for a worker.
_LATER = ("depositDeadline",)


async def differences(
    database_url: str, endings: Sequence[Ending], printed: Iterable[str]
) -> list[str]:
    """A line for everything that is not as it must be; the same for what is there unasked."""
    found: list[str] = []
    wanted = {ending.order_id: ending for ending in endings}
    told = _told(printed)
    async with open_store(
        "the database", database_url, "motor", patience_s=60, must_exist=True
    ) as store:
        seen: set[str] = set()
        async for order in _records(store.shelves["orders"]):
            seen.add(order.order_id)
            found += _of_order(order, wanted.get(order.order_id))
        found += [f"{order_id} is lost" for order_id in wanted.keys() - seen]
        tasks = [task async for task in _records(store.shelves["tasks"])]
        found += _of_tasks(tasks)
        bound = [
            str(payment.key)
            async for order in _records(store.shelves["orders"])
            for payment in order.payments
        ]
    found += [f"{key} is bound {times} times" for key, times in Counter(bound).items() if times > 1]
    for order_id, ending in wanted.items():
        if told[order_id] != Counter(ending.told):
            found.append(f"{order_id}: told {dict(told[order_id])}, not {ending.told}")
    return found


def _of_order(order: Order, ending: Ending | None) -> list[str]:
    if ending is None:
        return [f"{order.order_id} is nobody's"]
    stands = Ending(
        order_id=order.order_id,
        status=order.status.value,
        payments=tuple(sorted(payment.status.value for payment in order.payments)),
        verdicts=tuple(entry.outcome.value for entry in order.history),
        told=ending.told,
    )
    found = [] if stands == ending else [f"{stands} instead of {ending}"]
    if [entry.version for entry in order.history] != list(range(1, order.version + 1)):
        found.append(f"{order.order_id}: the versions have gaps")
    if first_break(order) is not None:
        found.append(f"{order.order_id}: the chain is broken")
    return found


def _of_tasks(tasks: Sequence[StoredTask]) -> list[str]:
    return [
        f"{each.task.task_id} is {each.state}"
        for each in tasks
        if each.state != "done" and not (each.state == "waiting" and each.task.kind in _LATER)
    ]


def _told(printed: Iterable[str]) -> "defaultdict[str, Counter[str]]":
    """How often people were told of each order, by kind of message: its id is in the headline."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in printed:
        _, found, rest = line.partition("(")
        kind, _, rest = rest.partition("/")
        order_id, _, _ = rest.partition("/")
        if found and kind in ("tellBuyerAccount", "alertOperator"):
            told[order_id][kind] += 1
    return told


async def _records(shelf: RecordShelf[Any]) -> AsyncIterator[Any]:
    after: str | None = ""
    while after is not None:
        page = await shelf.page(after, 500)
        assert not page.unreadable, page.unreadable
        for record in page.records:
            yield record
        after = page.after
