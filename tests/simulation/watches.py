"""What the ledger wants to know of a process's calls, and what the trace shows of them."""

from collections.abc import Callable
from typing import Any

from domain.tasks import AlertReason
from ports.errors import PaymentBoundElsewhere, PortError
from ports.task_queue import ClaimedTask
from tests.simulation.invariants import approvals
from tests.simulation.invariants.refunds import check_asked, check_step
from tests.simulation.invariants.tries import check_park, check_retry
from tests.simulation.invariants.writes import check_write
from tests.simulation.knocking import NOT_TO_BE_LOOKED_AT
from tests.simulation.port_calls import CARELESS, Fault, Watch
from tests.simulation.wording import short
from tests.simulation.world import World

BOUND_ELSEWHERE = "store: the payment is another order's"
OVERTAKEN = "store: the version has changed"


def watch_of(world: World, process: str) -> Callable[[str], Watch]:
    """Gives the watch for each kind of call by its name, like `orders.save`."""

    def watch(name: str) -> Watch:
        kind = _WATCHES.get(name)
        if kind is LookedAt and not world.gateway.character.webhooks.have_any_ids:
            kind = None
        watch = CARELESS if kind is None else kind(world, process)
        return Traced(watch, world, f"{process} {name}") if world.trace.wanted else watch

    return watch


class _Noting(Watch):
    __slots__ = ("_ledger", "_process", "_world")

    def __init__(self, world: World, process: str) -> None:
        self._world = world
        self._ledger = world.ledger
        self._process = process


class Saved(_Noting):
    """Each version of an order is checked as it is stored."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        write = self._ledger.order_written(self._world.store.orders[args[0].order_id])
        check_write(self._ledger, self._world.gateway, write)
        check_step(self._world, write)

    def raised(self, number: int, error: PortError) -> None:
        is_bound = isinstance(error, PaymentBoundElsewhere)
        self._world.counts[BOUND_ELSEWHERE if is_bound else OVERTAKEN] += 1


class Added(Saved):
    """A new order begins its chain."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        if answer:
            super().answered(number, args, answer)


class Lent(_Noting):
    """Tasks that a process was lent are in doubt when it dies."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        self._ledger.tasks_lent(self._process, answer)


class GivenBack(_Noting):
    """A task that could not be given back will be lent again."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        self._ledger.task_given_back(self._process, args[0])

    def failed(self, args: tuple[Any, ...]) -> None:
        claimed: ClaimedTask = args[0]
        self._ledger.excuse(claimed.task)


class Retried(GivenBack):
    """Tries are spaced as stated."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        check_retry(self._ledger, args[0], args[1], self._world.now())
        super().answered(number, args, answer)


class Parked(GivenBack):
    """Nothing is given up early; what comes after it may overtake it."""

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        self._ledger.orders_with_parked.add(args[0].task.order_id)
        check_park(self._ledger, args[0], args[1])
        super().answered(number, args, answer)


class MarkedTold(_Noting):
    """A stray that could not be marked as told is told again."""

    def failed(self, args: tuple[Any, ...]) -> None:
        for reason in (AlertReason.WITHOUT_ORDER, AlertReason.PAID_HERE_NOT_THERE):
            self._ledger.excuses[f"stray/{args[0]}/{reason}"] += 1


class Told(_Noting):
    """A message whose acknowledgement got lost may come once more."""

    def reply_lost(self, args: tuple[Any, ...]) -> None:
        message = args[0]
        self._ledger.excuses[getattr(message, "message_id", None) or message.event_id] += 1


class Put(_Noting):
    """A task that was put without a reply may be put again when it is done."""

    def reply_lost(self, args: tuple[Any, ...]) -> None:
        self._ledger.excuse(args[0])


class AskedBack(_Noting):
    """Whatever befalls the question: it is asked only once it is written down."""

    def begun(self, number: int, args: tuple[Any, ...], fault: Fault | None) -> None:
        check_asked(self._world, args[0])


class AskedToTake(_Noting):
    """Whatever befalls the question: it is asked only once it is written down."""

    def begun(self, number: int, args: tuple[Any, ...], fault: Fault | None) -> None:
        payment_id, order_id, amount, _ = args
        approvals.check_asked(self._world, payment_id, order_id, amount)


class LookedAt(_Noting):
    """A webhook that was dealt with, and comes again, costs no look."""

    def begun(self, number: int, args: tuple[Any, ...], fault: Fault | None) -> None:
        if NOT_TO_BE_LOOKED_AT.get():
            self._ledger.report("I11 what was dealt with costs no look", str(args[0]))


class Traced(Watch):
    """Writes what another watch is told into the trace."""

    __slots__ = ("_call", "_watch", "_world")

    def __init__(self, watch: Watch, world: World, call: str) -> None:
        self._watch = watch
        self._world = world
        self._call = call

    def begun(self, number: int, args: tuple[Any, ...], fault: Fault | None) -> None:
        told = f"#{number} {self._call}({', '.join(map(short, args))})"
        self._world.note(told if fault is None else f"{told}  <-- {fault.kind}")
        self._watch.begun(number, args, fault)

    def failed(self, args: tuple[Any, ...]) -> None:
        self._watch.failed(args)

    def raised(self, number: int, error: PortError) -> None:
        self._world.note(f"#{number} raises {type(error).__name__}({error.code})")
        self._watch.raised(number, error)

    def answered(self, number: int, args: tuple[Any, ...], answer: Any) -> None:
        self._world.note(f"#{number} gives {short(answer)}")
        self._watch.answered(number, args, answer)

    def reply_lost(self, args: tuple[Any, ...]) -> None:
        self._watch.reply_lost(args)


_WATCHES: dict[str, type[_Noting]] = {
    "orders.save": Saved,
    "orders.add": Added,
    "tasks.put": Put,
    "tasks.claim": Lent,
    "tasks.complete": GivenBack,
    "tasks.retry": Retried,
    "tasks.park": Parked,
    "strays.mark_told": MarkedTold,
    "notifier.send": Told,
    "shop.tell": Told,
    "refunds.refund": AskedBack,
    "approvals.approve": AskedToTake,
    "gateway.find_payment": LookedAt,
    "gateway.find_payments_of_order": LookedAt,
}
