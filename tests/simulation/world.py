"""All that outlives a process: the store, the gateway, who is told, time, and our notes."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.payment_record import MemoryPaymentRecord
from adapters.memory.refund_allowance import MemoryRefundAllowance
from adapters.memory.seen_webhooks import MemorySeenWebhooks
from adapters.memory.store import LEASED, WAITING, MemoryStore
from adapters.memory.stray_payments import MemoryStrayPayments
from adapters.memory.sweep_log import MemorySweepLog
from adapters.memory.task_desk import MemoryTaskDesk
from adapters.memory.task_queue import MemoryTaskQueue
from adapters.memory.token_source import MemoryTokenSource
from domain.auto_refund import Ceilings
from domain.payment import Mode
from domain.policy import Policy
from domain.tasks import TaskKind
from ports.stored_task import StoredTask
from ports.sweep_state import SweepState
from tests.simulation.character import PORTONE_V1, Character
from tests.simulation.gateway_model import GatewayModel
from tests.simulation.ledger import Ledger
from tests.simulation.lies import Liar
from tests.simulation.port_calls import Fates
from tests.simulation.receivers import Provider, ShopInbox
from tests.simulation.trace import Trace
from tests.support.factories import NOON

POLICY = Policy(mode=Mode.LIVE, tells_shop=True)


@dataclass(frozen=True, slots=True)
class Giving:
    """How this shop gives money back; without it, a run has no refunds of ours."""

    surplus: bool
    forged: bool
    ceilings: Ceilings

    @property
    def policy(self) -> Policy:
        return replace(POLICY, refunds_surplus=self.surplus, refunds_forged=self.forged)


class World:
    """One world a run. `fates` and `liar` decide what goes wrong in it."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fates: Fates,
        liar: Liar,
        trace: Trace,
        counts: Counter[str],
        giving: "Giving | None" = None,
        character: Character = PORTONE_V1,
    ) -> None:
        self.loop = loop
        self.fates = fates
        self.liar = liar
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
        self.desk = MemoryTaskDesk(self.store)
        self.strays = MemoryStrayPayments(self.store)
        self.tokens = MemoryTokenSource()
        self.allowance = MemoryRefundAllowance(self.store)
        self.seen = MemorySeenWebhooks(self.store)
        self.giving = giving
        self.policy = POLICY if giving is None else giving.policy
        self.ledger = Ledger(self.tick)
        self.is_at(character)
        self.provider = Provider(self.ledger)
        self.shop = ShopInbox(self.ledger)

    def is_at(self, character: Character) -> None:
        """The shop's gateway is this one; nobody has paid there yet."""
        self.gateway = GatewayModel(
            self.fates, self.liar, self.tick, self.now, self.counts, character
        )
        # The service has run before: its last sweep ended as this run begins.
        self.store.sweeps = {character.name: SweepState(gateway=character.name, cursor=NOON)}

    def now(self) -> datetime:
        """The true time. Asked for far more often than it changes."""
        seconds = self.loop.time()
        if seconds != self._seconds:
            self._seconds, self._now = seconds, NOON + timedelta(seconds=seconds)
        return self._now

    def due_by(self, now: datetime) -> list[StoredTask]:
        """What would be lent then, but for its turn."""
        return [
            record
            for record in self.store.tasks.values()
            if record.ready_at <= now and record.state in (WAITING, LEASED)
        ]

    def kinds_left(self, now: datetime) -> set[TaskKind]:
        """The kinds of tasks that are due then, or lent: a worker must not be lent those again."""
        return {
            record.task.kind
            for record in self.store.tasks.values()
            if record.state == LEASED or (record.state == WAITING and record.ready_at <= now)
        }

    def note(self, text: str) -> None:
        self.trace.note(self.loop.time(), text)
