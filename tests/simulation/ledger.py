"""What really happened, written down beside the run, for the invariants to compare with."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.tell_shop import event_id
from domain.order import Order
from domain.payment import PaymentKey
from domain.refund import Requester
from domain.tasks import AlertReason, Task, TaskKind, alert
from ports.notifier import Notice
from ports.shop_channel import News
from ports.task_queue import ClaimedTask


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was broken: which, and how."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True, slots=True)
class Write:
    """An order's stored version, and the one it took the place of."""

    before: Order | None
    after: Order
    # When `before` was written, in ticks.
    before_at: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A webhook that was accepted: from then on the record must get to that part of the life.

    `knew_order`: the order that it names had come by then.
    """

    order_id: str
    key: PaymentKey
    must_see: int
    knew_order: bool = True


class Ledger:
    """The chain of each order's versions, who was told what, and what excuses telling twice."""

    def __init__(self, tick: Callable[[], int]) -> None:
        self._tick = tick
        self.chains: dict[str, list[Order]] = {}
        self.written_at: dict[str, int] = {}
        self.acknowledged: list[Acknowledged] = []
        # By a message's id: which snapshot it brings in, since it came for the first time.
        self.first_came_at: dict[str, int] = {}
        self.notices: list[Notice] = []
        self.news: list[News] = []
        # How often each message id was accepted, and how often its acknowledgement got lost.
        self.accepted: Counter[str] = Counter()
        self.excuses: Counter[str] = Counter()
        # Orders of which a task was parked: what comes after it may be told before it.
        self.orders_with_parked: set[str] = set()
        # What an operator took over, by order and payment.
        self.dropped: set[tuple[str, PaymentKey]] = set()
        # By order, requester and idempotency key: the one refund that they name.
        self.refund_of: dict[tuple[str, Requester, str], str] = {}
        # When each refund was recorded, in ticks.
        self.wanted_back_at: dict[str, int] = {}
        self.deaths = 0
        self.log_lines: list[str] = []
        # A machine's clock was wrong: leases ended too soon, for whoever looked at it.
        self.were_clocks_wrong = False
        # By process: the tasks that it was lent and has not given back.
        self.lent: dict[str, dict[str, Task]] = {}
        self.violations: list[Violation] = []

    def report(self, invariant: str, what: str) -> None:
        self.violations.append(Violation(invariant, what))

    def order_written(self, order: Order) -> Write:
        chain = self.chains.setdefault(order.order_id, [])
        write = Write(
            before=chain[-1] if chain else None,
            after=order,
            before_at=self.written_at.get(order.order_id, 0),
        )
        chain.append(order)
        self.written_at[order.order_id] = self._tick()
        return write

    def tasks_lent(self, process: str, claimed: Sequence[ClaimedTask]) -> None:
        lent = self.lent.setdefault(process, {})
        for one in claimed:
            lent[one.task.task_id] = one.task

    def task_given_back(self, process: str, claimed: ClaimedTask) -> None:
        self.lent[process].pop(claimed.task.task_id, None)

    def excuse(self, task: Task) -> None:
        """Its message may be told once more: nobody can know that it was accepted."""
        self.excuses[task.task_id] += 1
        if task.kind is TaskKind.TELL_SHOP:
            self.excuses[event_id(task)] += 1
        if task.kind is TaskKind.AUTO_REFUND:
            # Run again, it has a person told again what it cannot do.
            needs_person = AlertReason.REFUND_NEEDS_PERSON
            self.excuses[alert(task.order_id, task.key, needs_person, task.due_at).task_id] += 1

    def excuse_all_of(self, process: str) -> None:
        """The process has lost its memory, or its leases."""
        for task in self.lent.get(process, {}).values():
            self.excuse(task)
