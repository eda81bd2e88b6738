"""The log of what operators did, in memory."""

from collections.abc import Sequence

from adapters.memory.store import MemoryStore
from ports.operator_log import OperatorAction


class MemoryOperatorLog:
    """An `OperatorLog` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def add(self, action: OperatorAction, /) -> None:
        with self._faults.around("add_action"):
            self._store.actions.setdefault(action.action_id, action)

    async def of_order(self, order_id: str, limit: int, /) -> Sequence[OperatorAction]:
        with self._faults.around("actions_of_order"):
            found = [each for each in self._store.actions.values() if each.order_id == order_id]
            found.sort(key=lambda action: (action.at, action.action_id), reverse=True)
            return found[:limit]
