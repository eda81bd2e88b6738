"""What the repository and the queue in memory share, so that a save writes both at once."""

from dataclasses import dataclass
from datetime import date, datetime

from adapters.memory.faults import Faults
from domain.order import Order
from domain.payment import PaymentKey
from domain.tasks import Task
from ports.stray_payments import StrayPayment
from ports.sweep_log import SweepReport

WAITING, LEASED, DONE, PARKED = TASK_STATES = ("waiting", "leased", "done", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """A task and where it stands; `ready_at` is when it is due, or when its lease runs out."""

    task: Task
    state: str
    ready_at: datetime
    attempts: int = 0
    lease: str | None = None
    park_reason: str | None = None
    set_aside_at: datetime | None = None

    @classmethod
    def waiting(cls, task: Task) -> "TaskRecord":
        return cls(task=task, state=WAITING, ready_at=task.due_at)

    @property
    def rank(self) -> tuple[datetime, str]:
        """Longest due first; the id decides between equals."""
        return (self.ready_at, self.task.task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepState:
    """How far a gateway's sweep has come, and who is at it until when."""

    cursor: datetime | None = None
    token: str | None = None
    lease_until: datetime | None = None
    ended_at: datetime | None = None


class MemoryStore:
    """Orders, the payments bound to them, tasks, strays and sweeps. Gone when the process ends.

    It holds frozen values alone, so nobody can change what is stored by holding on to it. The
    adapters on it never wait: each of their calls happens as one step of the event loop.
    """

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.bindings: dict[PaymentKey, str] = {}
        self.tasks: dict[str, TaskRecord] = {}
        self.strays: dict[PaymentKey, StrayPayment] = {}
        self.sweeps: dict[str, SweepState] = {}
        self.reports: list[SweepReport] = []
        # By day and currency: what each refund has taken.
        self.allowances: dict[tuple[date, str], dict[str, int]] = {}
        self.leases_given = 0
        self.faults = Faults()
