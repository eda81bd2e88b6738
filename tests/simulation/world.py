"""All that outlives a process: the store, the gateway, who is told, time, and our notes."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import count

from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.payment_record import MemoryPaymentRecord
from adapters.memory.store import MemoryStore
from adapters.memory.stray_payments import MemoryStrayPayments
from adapters.memory.sweep_log import MemorySweepLog
from adapters.memory.task_desk import MemoryTaskDesk
from adapters.memory.task_queue import MemoryTaskQueue
from adapters.memory.token_source import MemoryTokenSource
from domain.payment import Mode
from domain.policy import Policy
from ports.sweep_state import SweepState
from tests.simulation.gateway_model import GATEWAY, GatewayModel, Liar
from tests.simulation.ledger import Ledger
from tests.simulation.port_calls import Fates
from tests.simulation.receivers import Provider, ShopInbox
from tests.simulation.trace import Trace
from tests.support.factories import NOON

POLICY = Policy(mode=Mode.LIVE, tells_shop=True)


class World:
    """One world a run. `fates` and `liar` decide what goes wrong in it."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fates: Fates,
        liar: Liar,
        trace: Trace,
        counts: Counter[str],
    ) -> None:
        self.loop = loop
        self.fates = fates
        self.trace = trace
        # Every fault and every action that was really met with, by its name.
        self.counts = counts
        self._seconds, self._now = 0.0, NOON
        self.tick = count(1).__next__
        self.number_call = count(1).__next__
        self.store = MemoryStore()
        self.orders = MemoryOrderRepository(self.store)
        self.queue = MemoryTaskQueue(self.store)
        self.record = MemoryPaymentRecord(self.store)
        self.sweeps = MemorySweepLog(self.store)
        # The service has run before: its last sweep ended as this run begins.
        self.store.sweeps[GATEWAY] = SweepState(gateway=GATEWAY, cursor=NOON)
        self.desk = MemoryTaskDesk(self.store)
        self.strays = MemoryStrayPayments(self.store)
        self.tokens = MemoryTokenSource()
        self.policy = POLICY
        self.ledger = Ledger(self.tick)
        self.gateway = GatewayModel(fates, liar, self.tick, counts)
        self.provider = Provider(self.ledger)
        self.shop = ShopInbox(self.ledger)

    def now(self) -> datetime:
        """The true time. Asked for far more often than it changes."""
        seconds = self.loop.time()
        if seconds != self._seconds:
            self._seconds, self._now = seconds, NOON + timedelta(seconds=seconds)
        return self._now

    def note(self, text: str) -> None:
        self.trace.note(self.loop.time(), text)
