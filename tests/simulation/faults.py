"""What can go wrong at a call of a port: every failure of the contracts, and the process's end."""

from collections import Counter

from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    NotifierRefused,
    NotifierUnavailable,
    RecordCorrupt,
    RepositoryUnavailable,
    ShopUnavailable,
)
from tests.simulation.dice import Dice
from tests.simulation.loop import let_others_run, pause
from tests.simulation.port_calls import Fault, Spot

CRASH_BEFORE = Fault("process dies before a call", None)
CRASH_AFTER = Fault("process dies after a call", None, after=True)

_STORE = (
    Fault("store: no answer", RepositoryUnavailable),
    Fault("store: reply lost", RepositoryUnavailable, after=True),
)
_GATEWAY = (
    Fault("gateway: no answer", GatewayUnavailable),
    Fault("gateway: answer lost", GatewayUnavailable, after=True),
    Fault("gateway: refuses us", GatewayRefused),
    Fault("gateway: answers nonsense", GatewayProtocolError),
)
_GATEWAY_CALLS = (
    "gateway.find_payment",
    "gateway.find_payments",
    "gateway.find_payments_of_order",
    "gateway.list_page",
)
_REFUND = (
    Fault("refund: no answer", GatewayUnavailable),
    Fault("refund: given, answer lost", GatewayUnavailable, after=True),
    Fault("refund: gateway refuses us", GatewayRefused),
    Fault("refund: given, answer is nonsense", GatewayProtocolError, after=True),
)
_APPROVAL = (
    Fault("approval: no answer", GatewayUnavailable),
    Fault("approval: taken, answer lost", GatewayUnavailable, after=True),
    Fault("approval: gateway refuses us", GatewayRefused),
    Fault("approval: taken, answer is nonsense", GatewayProtocolError, after=True),
)
_PLAIN_STORE_CALLS = (
    "orders.add",
    "orders.find_order_id_by_payment",
    "orders.list_awaiting_approval",
    "tasks.put",
    "tasks.claim",
    "tasks.complete",
    "tasks.retry",
    "tasks.park",
    "strays.keep",
    "strays.mark_told",
    "strays.drop",
    "strays.find_by_order",
    "strays.walk",
    "record.find_recorded",
    "record.oldest_open_order",
    "record.known_orders",
    "record.paid_between",
    "record.awaiting_deposit",
    "record.open_orders",
    "sweeps.begin",
    "sweeps.advance",
    "sweeps.end",
    "sweeps.add_report",
    "desk.page",
    "desk.find",
    "desk.retry",
    "desk.drop",
    "allowance.take",
    "seen.has_seen",
    "seen.mark_seen",
)
FAULTS: dict[str, tuple[Fault, ...]] = {
    **dict.fromkeys(_PLAIN_STORE_CALLS, _STORE),
    "orders.find_by_id": (*_STORE, Fault("store: record corrupt", RecordCorrupt)),
    "orders.save": (*_STORE, Fault("store: somebody else wrote first", ConcurrentUpdate)),
    **dict.fromkeys(_GATEWAY_CALLS, _GATEWAY),
    "refunds.refund": _REFUND,
    "notifier.send": (
        Fault("provider: no answer", NotifierUnavailable),
        Fault("provider: acknowledgement lost", NotifierUnavailable, after=True),
        Fault("provider: refuses the message", NotifierRefused),
    ),
    "shop.tell": (
        Fault("shop: no answer", ShopUnavailable),
        Fault("shop: acknowledgement lost", ShopUnavailable, after=True),
    ),
    "approvals.approve": _APPROVAL,
}
STORE_PORTS = ("orders", "tasks", "strays", "desk", "record", "sweeps", "allowance", "seen")
GATEWAY_PORTS = ("gateway", "refunds", "approvals")
# Whoever is away for a while fails every call like this.
AWAY: dict[str, Fault] = {
    **dict.fromkeys(STORE_PORTS, Fault("store: away for a while", RepositoryUnavailable)),
    **dict.fromkeys(GATEWAY_PORTS, Fault("gateway: away for a while", GatewayUnavailable)),
    "notifier": Fault("provider: away for a while", NotifierUnavailable),
    "shop": Fault("shop: away for a while", ShopUnavailable),
}
SLOW = "gateway: slower than a task may take"
READ_WHEN_ASKED = "gateway: answer read when asked"
READ_WHEN_ANSWERED = "gateway: answer read when answered"
CRASHES = frozenset({CRASH_BEFORE.kind, CRASH_AFTER.kind})
# In a fixed order: sets would have another one in every process.
FAULT_KINDS = tuple(dict.fromkeys(fault.kind for faults in FAULTS.values() for fault in faults))
APPROVAL_KINDS = tuple(fault.kind for fault in _APPROVAL)
KINDS_WITHOUT_APPROVALS = tuple(kind for kind in FAULT_KINDS if kind not in APPROVAL_KINDS)
REFUND_KINDS = tuple(fault.kind for fault in _REFUND)
AWAY_KINDS = tuple(dict.fromkeys(fault.kind for fault in AWAY.values()))
ALL_KINDS = (*FAULT_KINDS, *sorted(CRASHES), *AWAY_KINDS, SLOW, READ_WHEN_ASKED, READ_WHEN_ANSWERED)


# Ports that in some runs fail every second call, and in how many.
UNSTEADY = (("gateway", 0.2), ("refunds", 0.4))
UNSTEADY_WITH_APPROVALS = (*UNSTEADY, ("approvals", 0.25))


class SeededFaults:
    """Chance decides. `rate` is how often a call fails, of the kinds that this run may meet."""

    def __init__(
        self,
        dice: Dice,
        counts: Counter[str],
        *,
        rate: float,
        kinds: frozenset[str],
        unsteady: tuple[tuple[str, float], ...] = UNSTEADY,
    ) -> None:
        self._dice = dice
        self._counts = counts
        self._rates = dict.fromkeys(AWAY, rate)
        for port, often in unsteady:
            if dice.chance(often):
                self._rates[port] = 0.5
        self._kinds = kinds
        self._faults: dict[str, list[Fault]] = {}
        # The names of ports (as in "orders.save") that answer nothing now.
        self.away: set[str] = set()
        self.share_of_quick_answers = 0.6
        self.is_calm = False

    def stop(self) -> None:
        """From now on nothing fails; who comes first is still left to chance."""
        self.is_calm = True
        self.away.clear()

    async def before(self, spot: Spot, _number: int, /) -> Fault | None:
        if self.is_calm:
            # A worker alone claims in peace; what it claimed runs side by side.
            if spot.name != "tasks.claim":
                await let_others_run()
            return None
        await let_others_run()
        fault = None
        if self.away and spot.port in self.away:
            fault = AWAY[spot.port]
        elif self._dice.random() < self._rates[spot.port] and (
            faults := self._may_befall(spot.name)
        ):
            fault = self._dice.pick(faults)
        if fault is not None:
            self._counts[fault.kind] += 1
        return fault

    def _may_befall(self, name: str) -> list[Fault]:
        """What can go wrong at that call, of the kinds of this run."""
        faults = self._faults.get(name)
        if faults is None:
            of_call = (*FAULTS[name], CRASH_BEFORE, CRASH_AFTER)
            faults = self._faults[name] = [each for each in of_call if each.kind in self._kinds]
        return faults

    async def after(self, spot: Spot, /) -> None:
        if self.is_calm:
            return
        draw = self._dice.random()
        if draw < 0.02 and spot.port in STORE_PORTS:
            await pause(draw * 100)
        elif draw < 0.3:
            await let_others_run()

    async def on_the_wire(self, _payment_id: str, /) -> bool:
        if self.is_calm:
            return False
        draw = self._dice.random()
        reads_late = draw * 100 % 1 < 0.5
        if draw < self.share_of_quick_answers:
            await let_others_run()
        elif draw < 0.88:
            await pause(draw * 3)
        elif draw < 0.985:
            await pause((draw - 0.88) * 250)
        else:
            self._counts[SLOW] += 1
            await pause(45)
        self._counts[READ_WHEN_ANSWERED if reads_late else READ_WHEN_ASKED] += 1
        return reads_late
