"""The indexes, and which of two layouts keeps each payment to one order.

Theory of operation. A unique index over `bound` does it wherever one server holds all orders. A
sharded cluster keeps a unique index only if it begins with the shard key, so there a payment is
claimed in a collection of its own before its order is written. Which of the two a database has is
said by its own index, once and for all processes: whoever comes later follows it.
"""

from typing import Any, Protocol

from pymongo import IndexModel

from adapters.mongodb.task_ledger import RANK, TASKS_BY_RANK, due_field
from domain.tasks import TaskKind

_BOUND = "bound"
# What a router of a sharded cluster, and nothing else, calls itself.
_ROUTER = "isdbgrid"


class Indexed(Protocol):
    """The collection of orders, as far as it is looked at and indexed here."""

    @property
    def database(self) -> Any: ...
    async def index_information(self) -> Any: ...
    async def create_indexes(self, indexes: list[IndexModel], /) -> Any: ...


def indexes(*, claims_apart: bool) -> list[IndexModel]:
    """Full indexes alone, so that every kind of MongoDB can keep them; what each is for."""
    return [
        # binds a payment to one order, or finds the order that it is bound to
        IndexModel(_BOUND, name=_BOUND, unique=not claims_apart),
        # walks over the open orders, the oldest first
        IndexModel([("status", 1), ("created_at", 1), ("_id", 1)], name="open_by_age"),
        # walks over the payments that one gateway took within a time
        IndexModel([("payments.key.gateway", 1), ("payments.paid_at", 1)], name="paid"),
        # walks over the orders whose deposits are awaited
        IndexModel([("awaits_deposit", 1), ("_id", 1)], name="awaiting"),
        # shows a customer's accounts, the newest order first
        IndexModel(
            [("customer.customer_id", 1), ("awaits_deposit", 1), ("created_at", -1), ("_id", -1)],
            name="awaits_deposit",
        ),
        # find the orders whose tasks of one kind are due, longest due first
        *(IndexModel([(due_field(kind), 1), ("_id", 1)], name=f"due_{kind}") for kind in TaskKind),
        # lists the orders with refunds that await approval, page by page
        IndexModel([("awaits_approval", 1), ("_id", 1)], name="awaits_approval"),
        # lists orders for the operator, the newest first
        IndexModel([("created_at", -1), ("_id", -1)], name="newest"),
        # finds the orders that the board has yet to add up
        IndexModel("to_add_up", name="to_add_up"),
        # counts the tasks of a state, and lists them by rank
        IndexModel([(f"tasks.{field}", 1) for field in ("state", *RANK)], name=TASKS_BY_RANK),
    ]


async def settle_layout(orders: Indexed) -> bool:
    """Creates what is missing of the indexes; whether payments are claimed apart.

    Two processes that disagree cannot both go on: MongoDB refuses the other kind of `bound`.
    """
    existing = await orders.index_information()
    if _BOUND in existing:
        claims_apart = not existing[_BOUND].get("unique", False)
    else:
        # The older word for `hello`: every server knows it.
        claims_apart = (await orders.database.command("isMaster")).get("msg") == _ROUTER
    await orders.create_indexes(indexes(claims_apart=claims_apart))
    return claims_apart
