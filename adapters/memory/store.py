"""What the repository and the queue in memory share, so that a save writes both at once."""

from datetime import date, datetime

from adapters.memory.faults import Faults
from domain.order import Order
from domain.payment import PaymentKey
from ports.operator_log import OperatorAction
from ports.stored_task import StoredTask
from ports.stray_payments import StrayPayment
from ports.sweep_log import SweepReport
from ports.sweep_state import SweepState

WAITING, LEASED, DONE, PARKED = TASK_STATES = ("waiting", "leased", "done", "parked")


class MemoryStore:
    """Orders, the payments bound to them, tasks, strays and sweeps. Gone when the process ends.

    It holds frozen values alone, so nobody can change what is stored by holding on to it. The
    adapters on it never wait: each of their calls happens as one step of the event loop.
    """

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.bindings: dict[PaymentKey, str] = {}
        self.tasks: dict[str, StoredTask] = {}
        self.strays: dict[PaymentKey, StrayPayment] = {}
        self.sweeps: dict[str, SweepState] = {}
        self.reports: list[SweepReport] = []
        # By day and currency: what each refund has taken.
        self.allowances: dict[tuple[date, str], dict[str, int]] = {}
        self.actions: dict[str, OperatorAction] = {}
        # When each message of a gateway was first dealt with.
        self.seen_webhooks: dict[tuple[str, str], datetime] = {}
        self.leases_given = 0
        self.faults = Faults()
