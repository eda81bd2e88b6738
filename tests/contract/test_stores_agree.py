"""Every store answers the same to any story, told to all of them side by side."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, multiple, rule

from domain.history_chain import begun
from domain.order import Order, OrderStatus
from domain.payment import Payment, PaymentStatus
from domain.tasks import Task, TaskKind
from ports.errors import PortError
from ports.order_board import BoardList
from ports.task_desk import TaskState
from ports.task_queue import ClaimedTask
from tests.contract.evolution import next_version
from tests.contract.stores import EMBEDDED, STORES, OpenStore, Store
from tests.support.factories import NOON, a_customer, a_key, a_payment, a_task, an_order, evidence

# Few of each, so that stories meet.
order_ids = st.sampled_from(["a", "B", "b", "order-1", "-"])
payment_ids = st.sampled_from(["p1", "p2", "p3", "p4"])
gateways = st.sampled_from(["portone-v1", "portone-v2"])
customer_ids = st.sampled_from(["c1", "c2"])
seconds = st.integers(-30, 60).map(lambda number: timedelta(seconds=number))
kinds = st.sampled_from([TaskKind.RECHECK, TaskKind.TELL_SHOP])
tasks = st.builds(
    a_task,
    kind=kinds,
    detail=st.sampled_from(["1", "2", "3", "4"]),
    order_id=order_ids,
    due_at=seconds.map(lambda later: NOON + later),
)
payments = st.builds(
    a_payment,
    key=st.builds(a_key, payment_ids, gateways),
    status=st.sampled_from(PaymentStatus),
    evidence=st.integers(1, 9).map(lambda number: evidence(str(number))),
)
# Thousands of steps, of lines that the contract covers.
pytestmark = pytest.mark.no_cover

# A claim as each store made it, by the store's name.
Claimed = dict[str, ClaimedTask]


class StoresAgree(RuleBasedStateMachine):
    """Does the same to every store, and compares what they answer."""

    claims = Bundle[Claimed]("claims")
    compared: ClassVar[dict[str, OpenStore]] = EMBEDDED

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self._stores: dict[str, Store] = {}
        self._orders_added = 0
        self._now = NOON
        self._runner.run(self._open())

    async def _open(self) -> None:
        for name, open_store in self.compared.items():
            folder = self._opened.enter_context(tempfile.TemporaryDirectory())
            self._stores[name] = await self._opened.enter_async_context(open_store(Path(folder)))

    def teardown(self) -> None:
        self._runner.run(self._opened.aclose())
        self._runner.close()

    def agreed(
        self,
        ask: Callable[[str, Store], Awaitable[Any]],
        seen: Callable[[Any], Any] = lambda answer: answer,
    ) -> dict[str, Any]:
        """Ask every store; what is seen of the answers, or their errors, must be the same."""
        answers = {
            name: self._runner.run(_outcome(ask(name, store)))
            for name, store in self._stores.items()
        }
        first, *others = (
            answer if isinstance(answer, type) else seen(answer) for answer in answers.values()
        )
        assert all(other == first for other in others), answers
        return answers

    def find(self, order_id: str) -> Order | None:
        answers = self.agreed(lambda _, store: store.orders.find_by_id(order_id))
        found: Order | None = next(iter(answers.values()))
        return found

    @rule(
        order_id=order_ids,
        customer_id=st.none() | customer_ids,
        paid=st.lists(payments),
        born=st.lists(tasks, max_size=2),
    )
    def add(
        self, order_id: str, customer_id: str | None, paid: list[Payment], born: list[Task]
    ) -> None:
        # No two at one moment: the contract leaves open which of them is newer.
        self._orders_added += 1
        order = begun(
            an_order(
                order_id=order_id,
                customer=customer_id and a_customer(customer_id=customer_id),
                created_at=NOON + timedelta(microseconds=self._orders_added),
                payments=_of(order_id, paid),
            )
        )
        own = [replace(task, order_id=order_id) for task in born]
        self.agreed(lambda _, store: store.orders.add(order, own))
        self.find(order_id)

    @rule(
        order_id=order_ids,
        lag=st.sampled_from([0, 0, 0, 0, 1, -1]),
        status=st.sampled_from(OrderStatus),
        news=st.lists(payments, max_size=2),
        born=st.lists(tasks, max_size=2),
        settles=st.booleans(),
    )
    def save(
        self,
        order_id: str,
        lag: int,
        status: OrderStatus,
        news: list[Payment],
        born: list[Task],
        *,
        settles: bool,
    ) -> None:
        read = self.find(order_id) or an_order(order_id=order_id)
        settled_by = news[-1].key if news and settles else read.settled_by
        order = next_version(read, *_of(order_id, news), status=status, settled_by=settled_by)
        wanted = replace(order, version=order.version + lag)
        own = [replace(task, order_id=order_id) for task in born]
        self.agreed(lambda _, store: store.orders.save(wanted, own))
        self.find(order_id)

    @rule(payment_id=payment_ids, gateway=gateways)
    def find_binding(self, payment_id: str, gateway: str) -> None:
        key = a_key(payment_id, gateway)
        self.agreed(lambda _, store: store.orders.find_order_id_by_payment(key))

    @rule(customer_id=customer_ids)
    def find_awaiting_deposit(self, customer_id: str) -> None:
        self.agreed(lambda _, store: store.orders.find_awaiting_deposit(customer_id), list)

    @rule()
    def open_orders(self) -> None:
        async def listed(store: Store) -> list[str]:
            window = (NOON - timedelta(days=1), NOON + timedelta(days=1))
            pages = [page async for page in store.record.open_orders(*window)]
            return [order_id for page in pages for order_id in page]

        self.agreed(lambda _, store: listed(store))

    @rule(after=st.just("") | order_ids, limit=st.integers(1, 6))
    def list_all(self, after: str, limit: int) -> None:
        self.agreed(lambda _, store: store.orders.list_all(after, limit), list)

    @rule(task=tasks)
    def put(self, task: Task) -> None:
        self.agreed(lambda _, store: store.tasks.put(task))

    @rule(target=claims, kind=kinds, later=seconds, lease=seconds, limit=st.integers(1, 4))
    def claim(self, kind: TaskKind, later: timedelta, lease: timedelta, limit: int) -> Any:
        self._now = max(self._now, NOON + later)
        answers = self.agreed(
            lambda _, store: store.tasks.claim(kind, self._now, self._now + lease, limit), _lent
        )
        together = zip(*answers.values(), strict=True)
        return multiple(*(dict(zip(answers, each, strict=True)) for each in together))

    @rule(claimed=consumes(claims))
    def complete(self, claimed: Claimed) -> None:
        self.agreed(lambda name, store: store.tasks.complete(claimed[name]))

    @rule(claimed=claims, later=seconds)
    def retry(self, claimed: Claimed, later: timedelta) -> None:
        self.agreed(
            lambda name, store: store.tasks.retry(claimed[name], self._now + later, "absent")
        )

    @rule(claimed=claims)
    def park(self, claimed: Claimed) -> None:
        self.agreed(lambda name, store: store.tasks.park(claimed[name], "tooOften", self._now))

    @rule(task=tasks)
    def retry_parked(self, task: Task) -> None:
        self.agreed(lambda _, store: store.desk.retry(task.task_id, self._now))

    @rule(task=tasks)
    def drop(self, task: Task) -> None:
        self.agreed(lambda _, store: store.desk.drop(task.task_id, "why", self._now))

    @rule(task=tasks)
    def find_task(self, task: Task) -> None:
        self.agreed(lambda _, store: store.desk.find(task.task_id))

    @rule(state=st.sampled_from(["waiting", "leased", "parked"]), limit=st.integers(1, 6))
    def page_on(self, state: str, limit: int) -> None:
        """Turns two pages; what one store shows last, all go on from."""
        first = self.agreed(lambda _, store: store.desk.page(TaskState(state), None, limit), list)
        last = next(iter(first.values()))[-1:]
        if last:
            self.agreed(lambda _, store: store.desk.page(TaskState(state), last[0], limit), list)
        self.agreed(lambda _, store: store.desk.count(TaskState(state), limit))

    @rule(which=st.sampled_from(BoardList), limit=st.integers(1, 6))
    def page_board(self, which: BoardList, limit: int) -> None:
        first = self.agreed(lambda _, store: store.board.page(which, None, limit), list)
        last = next(iter(first.values()))[-1:]
        if last:
            place = last[0].place
            self.agreed(lambda _, store: store.board.page(which, place, limit), list)
        self.agreed(lambda _, store: store.board.count(which, limit))

    @rule(customer_id=customer_ids)
    def board_of_customer(self, customer_id: str) -> None:
        self.agreed(lambda _, store: store.board.of_customer(customer_id, None, 3), list)

    @rule()
    def takings(self) -> None:
        hour = NOON.replace(minute=0, second=0, microsecond=0)
        window = (hour - timedelta(hours=2), hour + timedelta(hours=2))
        self.agreed(lambda _, store: store.board.takings(*window), list)

    @rule()
    def measure(self) -> None:
        self.agreed(lambda _, store: store.desk.depth(self._now))

    @rule(order_id=order_ids, kind=kinds)
    def list_of_order(self, order_id: str, kind: TaskKind) -> None:
        self.agreed(lambda _, store: store.desk.of_order(kind, order_id), list)

    @rule()
    def count(self) -> None:
        self.agreed(lambda _, store: store.tasks.count())


async def _outcome(asked: Awaitable[Any]) -> Any:
    """The answer, or the type of the port's error."""
    try:
        return await asked
    except PortError as error:
        return type(error)


def _lent(claimed: Any) -> Any:
    """What claims have in common: leases are each store's own."""
    return [(each.task, each.attempts) for each in claimed]


def _of(order_id: str, paid: list[Payment]) -> tuple[Payment, ...]:
    """The payments as that order's, each key once."""
    by_key = {payment.key: replace(payment, order_id=order_id) for payment in paid}
    return tuple(by_key.values())


class MongoAgrees(StoresAgree):
    """The same stories, with MongoDB beside the others."""

    compared = STORES


TestStoresAgree = StoresAgree.TestCase
# At most 5,000 steps.
TestStoresAgree.settings = settings(max_examples=100, stateful_step_count=50)
TestMongoAgrees = pytest.mark.usefixtures("mongodb_server")(MongoAgrees.TestCase)
TestMongoAgrees.settings = settings(max_examples=100, stateful_step_count=50)
