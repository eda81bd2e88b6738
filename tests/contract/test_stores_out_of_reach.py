"""A store that cannot be reached says so, by the port's own error, whatever it is asked."""

from collections.abc import Awaitable, Callable

import pytest

from domain.tasks import TaskKind
from ports.errors import RepositoryUnavailable
from ports.order_repository import OrderRepository
from ports.task_queue import ClaimedTask, TaskQueue
from tests.contract.evolution import next_version
from tests.contract.stores import Store
from tests.support.factories import NOON, ORDER_ID, a_key, a_task, an_order

CLAIMED = ClaimedTask(task=a_task(), lease="lease", attempts=1)
QUESTIONS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "find_by_id": lambda store: store.orders.find_by_id(ORDER_ID),
    "add": lambda store: store.orders.add(an_order()),
    "save": lambda store: store.orders.save(next_version(an_order()), []),
    "find_order_id_by_payment": lambda store: store.orders.find_order_id_by_payment(a_key()),
    "find_awaiting_deposit": lambda store: store.orders.find_awaiting_deposit("customer-1"),
    "list_open": lambda store: store.orders.list_open("", 1),
    "ping": lambda store: store.orders.ping(),
    "put": lambda store: store.tasks.put(a_task()),
    "claim": lambda store: store.tasks.claim(TaskKind.RECHECK, NOON, NOON, 1),
    "complete": lambda store: store.tasks.complete(CLAIMED),
    "retry": lambda store: store.tasks.retry(CLAIMED, NOON),
    "park": lambda store: store.tasks.park(CLAIMED, "word", NOON),
    "count": lambda store: store.tasks.count(),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_every_question_is_answered_by_unavailable(
    store: Store, question: Callable[[Store], Awaitable[object]]
) -> None:
    await store.cut()

    with pytest.raises(RepositoryUnavailable) as caught:
        await question(store)

    assert caught.value.code.isalpha()


def test_every_method_of_the_ports_is_asked() -> None:
    promised = {
        name
        for port in (OrderRepository, TaskQueue)
        for name, member in vars(port).items()
        if getattr(member, "__isabstractmethod__", False)
    }

    assert set(QUESTIONS) == promised
