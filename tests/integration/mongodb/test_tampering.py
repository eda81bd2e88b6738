"""Every field of an order is changed by hand, one at a time: the audit sees it, and says where."""

from collections.abc import Iterator

from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.stored_fields import Document
from tests.contract.tampering import ENTRIES, another, audited, tell_story
from tests.integration.mongodb.conftest import RawDatabase
from tests.support.factories import ORDER_ID

# The queue's, the adapter's own, what only serves searching: none of them says what happened.
NOT_OF_THE_RECORD = {
    "_id",
    "added_up",
    "awaits_approval",
    "awaits_deposit",
    "bound",
    "next_due",
    "schema",
    "tasks",
    "tasks_rev",
    "to_add_up",
    "writes",
}
# What may have to be erased or renewed.
NOT_COVERED = {
    "client_token",
    "customer.locale",
    "customer.phone",
    "refunds.0.account.bank_code",
    "refunds.0.account.holder",
    "refunds.0.account.number",
    "refunds.0.account.phone",
}
IN_THE_SALE = {"amount", "created_at", "customer", "expires_at", "name"}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every single value within the document, by its path."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = [(str(place), each) for place, each in enumerate(value)]
    else:
        yield path, value
        return
    for name, part in parts:
        yield from leaves(part, f"{path}.{name}".strip("."))


def broken_at(path: str) -> int:
    """Which entry has to be named: 0 is the sale."""
    part, _, rest = path.partition(".")
    if part == "history":
        return int(rest.partition(".")[0]) + 1
    if part in IN_THE_SALE:
        return 0
    return ENTRIES + 1 if part == "version" else ENTRIES


async def test_no_field_is_changed_unseen(orders: MongoOrderRepository, raw: RawDatabase) -> None:
    await tell_story(orders)
    untouched: Document | None = raw.orders.find_one({"_id": ORDER_ID})
    assert untouched is not None
    record = {name: untouched[name] for name in untouched.keys() - NOT_OF_THE_RECORD}
    unseen: set[str] = set()
    named: dict[str, int] = {}

    for path, value in leaves(record):
        raw.orders.update_one({"_id": ORDER_ID}, {"$set": {path: another(value)}})

        found = await audited(orders)

        if found.is_intact:
            unseen.add(path)
        elif found.found_break is not None:
            named[path] = found.found_break.version
        raw.orders.replace_one({"_id": ORDER_ID}, untouched)
    assert (await audited(orders)).is_intact

    assert unseen == NOT_COVERED
    assert named == {path: broken_at(path) for path in named}
    assert len(named) > 60
