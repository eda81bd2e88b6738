"""The log of what operators did, on MongoDB: a document an action."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pymongo import IndexModel

from adapters.mongodb.database import Collection, MongoDatabase, beside
from adapters.mongodb.documents import SCHEMA
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from domain.errors import InvalidValue
from ports.errors import RecordCorrupt
from ports.operator_log import OperatorAct, OperatorAction

ACTIONS = "operator_actions"

# lists the latest actions on one order
INDEXES = (IndexModel([("order_id", 1), ("at", -1), ("_id", -1)], name="of_order"),)


class MongoOperatorLog:
    """An `OperatorLog` on a collection of its own."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._is_indexed = False

    async def add(self, action: OperatorAction, /) -> None:
        async with self._database.question() as orders:
            actions = await self._actions(orders)
            await actions.update_one(
                {"_id": action.action_id}, {"$setOnInsert": action_fields(action)}, upsert=True
            )

    async def of_order(self, order_id: str, limit: int, /) -> Sequence[OperatorAction]:
        async with self._database.question() as orders:
            actions = await self._actions(orders)
            latest_first = actions.find({"order_id": order_id}, {}).sort([("at", -1), ("_id", -1)])
            documents = await latest_first.limit(limit).to_list(limit)
        found = []
        for document in documents:
            with suppress(RecordCorrupt):
                found.append(read_action(document))
        return found

    async def _actions(self, orders: Collection) -> Any:
        actions = beside(orders, ACTIONS)
        if not self._is_indexed:
            await actions.create_indexes(list(INDEXES))
            self._is_indexed = True
        return actions


def action_fields(action: OperatorAction) -> Document:
    """All fields but the id, which is the document's own."""
    return {
        "schema": SCHEMA,
        "at": moment_text(action.at),
        "operator": action.operator,
        "act": action.act.value,
        "order_id": action.order_id,
        "subject": action.subject,
        "reason": action.reason,
    }


def read_action(document: Document) -> OperatorAction:
    fields = StoredFields(document, document.get("order_id"))
    try:
        return OperatorAction(
            action_id=fields.text("_id"),
            at=fields.moment("at"),
            operator=fields.text("operator"),
            act=fields.choice("act", OperatorAct),
            order_id=fields.text("order_id"),
            subject=fields.text("subject"),
            reason=fields.text("reason"),
        )
    except InvalidValue as error:
        fields.refuse(error.field)
