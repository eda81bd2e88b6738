"""Every method of the ports, each as something to do to a small database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.order import Order
from domain.outcome import OutcomeKind
from domain.payment import PaymentStatus
from domain.tasks import AlertReason, Task, TaskKind
from ports.errors import ConcurrentUpdate
from ports.order_board import BoardList, OrderBoard
from ports.order_repository import OrderRepository
from ports.payment_record import PaymentRecord
from ports.refund_allowance import RefundAllowance
from ports.stray_payments import StrayPayments
from ports.sweep_log import SweepLease, SweepLog, SweepReport
from ports.task_desk import TaskDesk, TaskState
from ports.task_queue import ClaimedTask, TaskQueue
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_task,
    an_entry,
    an_order,
    evidence,
    won,
)

HOUR = NOON.replace(minute=0, second=0, microsecond=0)
WINDOW = (HOUR, HOUR + timedelta(hours=1))
LEASE_UNTIL = NOON + timedelta(minutes=1)
WAITS = a_payment(status=PaymentStatus.AWAITING_DEPOSIT, key=a_key("imp_waits"))
BASE = an_order(version=1, payments=(WAITS,), history=(an_entry(key=WAITS.key),))
NEXT = replace(
    BASE, version=2, payments=(WAITS, a_payment()), history=(*BASE.history, an_entry(version=2))
)
# With a forgery and a payment too many besides.
CROWDED = replace(
    NEXT,
    version=3,
    payments=(*NEXT.payments, a_payment(key=a_key("imp_too_many"))),
    settled_by=a_key(),
    history=(*NEXT.history, an_entry(version=3, outcome=OutcomeKind.FORGED)),
)
STOOD = a_task(detail="stood", due_at=NOON)
STRAY = a_payment(key=a_key("imp_stray"))
NEWER_STRAY = replace(STRAY, evidence=evidence("newer"))
FOUND = (AlertReason.WITHOUT_ORDER, NOON)
REPORT = SweepReport(
    gateway=GATEWAY,
    by="worker",
    since=HOUR,
    until=NOON,
    began_at=NOON,
    ended_at=NOON,
    pages=1,
    payments=2,
    questions=3,
    found={},
)
BORN = a_task(kind=TaskKind.ALERT_OPERATOR, detail="forged", due_at=NOON)


@dataclass(frozen=True, slots=True)
class Ports:
    orders: OrderRepository
    tasks: TaskQueue
    record: PaymentRecord
    desk: TaskDesk
    board: OrderBoard
    strays: StrayPayments
    sweeps: SweepLog
    allowance: RefundAllowance


@dataclass(frozen=True, slots=True)
class Case:
    """`act` gets what `prepare` gave; `again` is what a caller does after it could not know."""

    act: Callable[[Ports, Any], Awaitable[Any]]
    prepare: Callable[[Ports], Awaitable[Any]]
    again: Callable[[Ports, Any], Awaitable[Any]]


async def with_nothing(_ports: Ports) -> None:
    """Empty as it is."""


async def with_order(ports: Ports) -> None:
    await ports.orders.add(BASE, [])
    await ports.tasks.put(STOOD)


async def with_claim(ports: Ports) -> ClaimedTask:
    await with_order(ports)
    (claimed,) = await ports.tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, 10)
    return claimed


async def with_done_task(ports: Ports) -> None:
    await ports.tasks.complete(await with_claim(ports))


async def with_paid(ports: Ports) -> None:
    await ports.orders.add(NEXT, [])


async def with_crowd(ports: Ports) -> None:
    await ports.orders.add(CROWDED, [])


async def with_crowd_added_up(ports: Ports) -> None:
    await with_crowd(ports)
    await ports.board.takings(*WINDOW)


async def walked(pages: AsyncIterator[object]) -> list[object]:
    found = [page async for page in pages]
    assert found, "a walk that shows nothing tries nothing"
    return found


async def with_parked_task(ports: Ports) -> None:
    await ports.tasks.park(await with_claim(ports), "why", NOON)


async def every_recheck(ports: Ports, _prepared: object) -> list[Task]:
    return [task async for task in ports.desk.every(STOOD.kind)]


async def with_stub(ports: Ports) -> None:
    await ports.tasks.put(STOOD)


async def with_stray(ports: Ports) -> None:
    await ports.strays.keep(STRAY, AlertReason.WITHOUT_ORDER, NOON)


async def with_sweep(ports: Ports) -> SweepLease:
    lease = await ports.sweeps.begin(GATEWAY, NOON, LEASE_UNTIL, NOON)
    assert lease is not None
    return lease


async def with_report(ports: Ports) -> None:
    await ports.sweeps.add_report(REPORT, HOUR)


async def begin(ports: Ports, _prepared: object) -> bool:
    return await ports.sweeps.begin(GATEWAY, NOON, LEASE_UNTIL, NOON) is not None


async def begin_after_the_lease(ports: Ports, _prepared: object) -> None:
    later = LEASE_UNTIL + timedelta(minutes=1)
    await ports.sweeps.begin(GATEWAY, later, later + timedelta(minutes=1), later)


async def report_once(ports: Ports, _prepared: object) -> None:
    if not await ports.sweeps.latest(1):
        await with_report(ports)


async def with_taken(ports: Ports) -> None:
    await ports.allowance.take("rf-other", won(600), NOON.date(), won(1000))


async def save(ports: Ports, _prepared: object) -> None:
    await ports.orders.save(NEXT, [STOOD, BORN])


async def save_by_the_settle_rule(ports: Ports, prepared: object) -> None:
    stored = await ports.orders.find_by_id(ORDER_ID)
    if stored != NEXT:
        await save(ports, prepared)


async def lose(ports: Ports, _prepared: object) -> str:
    try:
        await ports.orders.save(replace(NEXT, version=7), [BORN])
    except ConcurrentUpdate:
        return "somebody else wrote first"
    return "wrote"


async def claim(ports: Ports, _prepared: object) -> list[tuple[object, int]]:
    claimed = await ports.tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, 10)
    return [(each.task, each.attempts) for each in claimed]


def claim_none_of(kind: TaskKind) -> Callable[[Ports, Any], Awaitable[Any]]:
    async def claim_none(ports: Ports, _prepared: object) -> Any:
        return await ports.tasks.claim(kind, NOON, LEASE_UNTIL, 10)

    return claim_none


async def claim_after_the_lease(ports: Ports, _prepared: object) -> None:
    later = LEASE_UNTIL + timedelta(minutes=1)
    if (await ports.tasks.count())["leased"] == 0:
        later = NOON
    await ports.tasks.claim(TaskKind.RECHECK, later, later + timedelta(minutes=1), 10)


def same(act: Callable[[Ports, Any], Awaitable[Any]], prepare: Any = with_order) -> Case:
    """A case in which the caller simply does it again."""
    return Case(act=act, prepare=prepare, again=act)


CASES: dict[str, Case] = {
    "find_by_id": same(lambda ports, _: ports.orders.find_by_id(ORDER_ID)),
    "add": same(lambda ports, _: ports.orders.add(an_order(order_id="new"), [])),
    "add over a stub": same(lambda ports, _: ports.orders.add(BASE, []), with_stub),
    "add with tasks": same(lambda ports, _: ports.orders.add(BASE, [STOOD, BORN]), with_stub),
    "add twice": same(lambda ports, _: ports.orders.add(BASE, [])),
    "save": Case(act=save, prepare=with_order, again=save_by_the_settle_rule),
    "save too late": same(lose),
    "find_order_id_by_payment": same(
        lambda ports, _: ports.orders.find_order_id_by_payment(WAITS.key)
    ),
    "find_awaiting_deposit": same(
        lambda ports, _: ports.orders.find_awaiting_deposit("customer-1")
    ),
    "list_awaiting_approval": same(lambda ports, _: ports.orders.list_awaiting_approval("", 10)),
    "list_all": same(lambda ports, _: ports.orders.list_all("", 10)),
    "find_recorded": same(
        lambda ports, _: ports.record.find_recorded(GATEWAY, [WAITS.key.payment_id])
    ),
    "paid_between": same(
        lambda ports, _: walked(ports.record.paid_between(GATEWAY, NOON, LEASE_UNTIL)), with_paid
    ),
    "awaiting_deposit": same(lambda ports, _: walked(ports.record.awaiting_deposit(GATEWAY))),
    "open_orders": same(lambda ports, _: walked(ports.record.open_orders(NOON, LEASE_UNTIL))),
    "oldest_open_order": same(lambda ports, _: ports.record.oldest_open_order()),
    "known_orders": same(lambda ports, _: ports.record.known_orders([ORDER_ID, "none"])),
    "ping": same(lambda ports, _: ports.orders.ping()),
    "put": same(lambda ports, _: ports.tasks.put(BORN)),
    "put for no order": same(lambda ports, _: ports.tasks.put(replace(BORN, order_id="none"))),
    "put again": same(lambda ports, _: ports.tasks.put(STOOD), with_done_task),
    **{
        f"claim {kind}": same(claim_none_of(kind))
        for kind in TaskKind
        if kind is not TaskKind.RECHECK
    },
    "claim": Case(act=claim, prepare=with_order, again=claim_after_the_lease),
    "complete": same(lambda ports, claimed: ports.tasks.complete(claimed), with_claim),
    "retry": same(lambda ports, claimed: ports.tasks.retry(claimed, NOON, "absent"), with_claim),
    "park": same(lambda ports, claimed: ports.tasks.park(claimed, "why", NOON), with_claim),
    "retry a parked one": same(
        lambda ports, _: ports.desk.retry(STOOD.task_id, NOON), with_parked_task
    ),
    "drop": same(lambda ports, _: ports.desk.drop(STOOD.task_id, "why", NOON), with_parked_task),
    "takings": same(lambda ports, _: ports.board.takings(*WINDOW), with_crowd),
    "takings again": same(lambda ports, _: ports.board.takings(*WINDOW), with_crowd_added_up),
    "board": same(lambda ports, _: ports.board.page(BoardList.NEWEST, None, 10)),
    "board, surplus": same(
        lambda ports, _: ports.board.page(BoardList.SURPLUS, None, 10), with_crowd_added_up
    ),
    "board, waiting": same(lambda ports, _: ports.board.page(BoardList.AWAITING_DEPOSIT, None, 9)),
    "board, customer": same(lambda ports, _: ports.board.of_customer("customer-1", None, 10)),
    "board, by id": same(lambda ports, _: ports.board.beginning_with("order", 10)),
    "board, refused": same(
        lambda ports, _: ports.board.refused(a_key().payment_id, 10), with_crowd_added_up
    ),
    "board, counted": same(lambda ports, _: ports.board.count(BoardList.AWAITING_DEPOSIT, 10)),
    "board, surplus counted": same(
        lambda ports, _: ports.board.count(BoardList.SURPLUS, 10), with_crowd_added_up
    ),
    "depth": same(lambda ports, _: ports.desk.depth(NOON)),
    "count in a state": same(lambda ports, _: ports.desk.count(TaskState.WAITING, 10)),
    "page": same(lambda ports, _: ports.desk.page(TaskState.WAITING, None, 10)),
    "find": same(lambda ports, _: ports.desk.find(STOOD.task_id)),
    "of_order": same(lambda ports, _: ports.desk.of_order(STOOD.kind, ORDER_ID)),
    "every": same(every_recheck),
    "count": same(lambda ports, _: ports.tasks.count()),
    "stray kept": same(lambda ports, _: ports.strays.keep(STRAY, *FOUND), with_nothing),
    "stray kept again": same(lambda ports, _: ports.strays.keep(NEWER_STRAY, *FOUND), with_stray),
    "stray told": same(lambda ports, _: ports.strays.mark_told(STRAY.key), with_stray),
    "stray dropped": same(lambda ports, _: ports.strays.drop(STRAY.key), with_stray),
    "strays walked": same(lambda ports, _: walked(ports.strays.walk()), with_stray),
    "sweep begun": Case(act=begin, prepare=with_nothing, again=begin_after_the_lease),
    "sweep advanced": same(
        lambda ports, lease: ports.sweeps.advance(lease, NOON, LEASE_UNTIL), with_sweep
    ),
    "sweep ended": same(lambda ports, lease: ports.sweeps.end(lease, NOON), with_sweep),
    "report": Case(
        act=lambda ports, _: with_report(ports), prepare=with_nothing, again=report_once
    ),
    "allowance": same(
        lambda ports, _: ports.allowance.take("rf-one", won(400), NOON.date(), won(1000)),
        with_taken,
    ),
}


@dataclass(frozen=True, slots=True)
class State:
    """All that a caller can see afterwards."""

    orders: tuple[Order | None, ...]
    bound: str | None
    tasks: dict[str, int]
    strays: list[object]
    reports: list[object]


async def state_of(ports: Ports) -> State:
    return State(
        orders=tuple([await ports.orders.find_by_id(each) for each in (ORDER_ID, "new", "none")]),
        bound=await ports.orders.find_order_id_by_payment(a_key()),
        tasks=await ports.tasks.count(),
        strays=[each async for page in ports.strays.walk() for each in page],
        reports=list(await ports.sweeps.latest(10)),
    )
