"""A store that cannot be reached says so, by the port's own error, whatever it is asked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from domain.tasks import AlertReason, Task, TaskKind
from ports.errors import RepositoryUnavailable
from ports.order_board import BoardList
from ports.seen_webhooks import SeenWebhook
from ports.sweep_log import SweepLease
from ports.task_desk import TaskState
from ports.task_queue import ClaimedTask
from tests.contract.evolution import next_version
from tests.contract.stores import PORTS, Store
from tests.contract.test_operator_log import ACTION
from tests.contract.test_sweep_log import REPORT
from tests.support.factories import GATEWAY, NOON, ORDER_ID, a_key, a_payment, a_task, an_order, won

CLAIMED = ClaimedTask(task=a_task(), lease="lease", attempts=1)
LEASE = SweepLease(gateway=GATEWAY, token="token", cursor=None)
SEEN = SeenWebhook(gateway=GATEWAY, delivery_id="msg_1", seen_at=NOON)
LATER = NOON + timedelta(hours=1)
HOUR = NOON.replace(minute=0, second=0, microsecond=0)


async def walked(pages: AsyncIterator[object]) -> list[object]:
    return [page async for page in pages]


# A method of this name is another port's too.
NAMED_LIKE_OTHERS = {
    "add an action",
    "actions of an order",
    "retry a parked one",
    "drop a parked one",
    "page of the board",
    "count of the board",
    "count in a state",
}
QUESTIONS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "find_by_id": lambda store: store.orders.find_by_id(ORDER_ID),
    "add": lambda store: store.orders.add(an_order(), []),
    "save": lambda store: store.orders.save(next_version(an_order()), []),
    "find_order_id_by_payment": lambda store: store.orders.find_order_id_by_payment(a_key()),
    "find_awaiting_deposit": lambda store: store.orders.find_awaiting_deposit("customer-1"),
    "list_all": lambda store: store.orders.list_all("", 1),
    "estimate_count": lambda store: store.orders.estimate_count(),
    "list_awaiting_approval": lambda store: store.orders.list_awaiting_approval("", 1),
    "ping": lambda store: store.orders.ping(),
    "put": lambda store: store.tasks.put(a_task()),
    "claim": lambda store: store.tasks.claim(TaskKind.RECHECK, NOON, NOON, 1),
    "complete": lambda store: store.tasks.complete(CLAIMED),
    "retry": lambda store: store.tasks.retry(CLAIMED, NOON, "absent"),
    "park": lambda store: store.tasks.park(CLAIMED, "word", NOON),
    "count": lambda store: store.tasks.count(),
    "find_recorded": lambda store: store.record.find_recorded(GATEWAY, ["imp_1"]),
    "paid_between": lambda store: walked(store.record.paid_between(GATEWAY, NOON, LATER)),
    "awaiting_deposit": lambda store: walked(store.record.awaiting_deposit(GATEWAY)),
    "open_orders": lambda store: walked(store.record.open_orders(NOON, LATER)),
    "oldest_open_order": lambda store: store.record.oldest_open_order(),
    "known_orders": lambda store: store.record.known_orders(["order-1"]),
    "keep": lambda store: store.strays.keep(a_payment(), AlertReason.WITHOUT_ORDER, NOON),
    "mark_told": lambda store: store.strays.mark_told(a_key()),
    "drop": lambda store: store.strays.drop(a_key()),
    "walk": lambda store: walked(store.strays.walk()),
    "find_by_order": lambda store: store.strays.find_by_order(ORDER_ID),
    "begin": lambda store: store.sweeps.begin(GATEWAY, NOON, LATER, NOON),
    "advance": lambda store: store.sweeps.advance(LEASE, NOON, LATER),
    "end": lambda store: store.sweeps.end(LEASE, NOON),
    "add_report": lambda store: store.sweeps.add_report(REPORT, NOON),
    "latest": lambda store: store.sweeps.latest(1),
    "take": lambda store: store.allowance.take("refund-1", won(1), NOON.date(), won(2)),
    "has_seen": lambda store: store.seen_webhooks.has_seen(GATEWAY, "msg_1"),
    "mark_seen": lambda store: store.seen_webhooks.mark_seen(SEEN, NOON),
    "depth": lambda store: store.desk.depth(NOON),
    "count in a state": lambda store: store.desk.count(TaskState.PARKED, 1),
    "page": lambda store: store.desk.page(TaskState.PARKED, None, 1),
    "find": lambda store: store.desk.find(a_task().task_id),
    "retry a parked one": lambda store: store.desk.retry(a_task().task_id, NOON),
    "drop a parked one": lambda store: store.desk.drop(a_task().task_id, "word", NOON),
    "of_order": lambda store: store.desk.of_order(TaskKind.TELL_SHOP, ORDER_ID),
    "takings": lambda store: store.board.takings(HOUR, HOUR + timedelta(hours=1)),
    "add an action": lambda store: store.actions.add(ACTION),
    "actions of an order": lambda store: store.actions.of_order(ORDER_ID, 1),
    "page of the board": lambda store: store.board.page(BoardList.NEWEST, None, 1),
    "count of the board": lambda store: store.board.count(BoardList.FORGED, 1),
    "of_customer": lambda store: store.board.of_customer("customer-1", None, 1),
    "beginning_with": lambda store: store.board.beginning_with("o", 1),
    "refused": lambda store: store.board.refused("imp_1", 1),
    "every": lambda store: all_of(store.desk.every(TaskKind.TELL_SHOP)),
}


async def all_of(tasks: AsyncIterator[Task]) -> list[Task]:
    return [task async for task in tasks]


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
        for port in PORTS
        for name, member in vars(port).items()
        if getattr(member, "__isabstractmethod__", False)
    }

    assert set(QUESTIONS) - NAMED_LIKE_OTHERS == promised
