"""Sums beside the orders come right, wherever adding up is cut off and however many do it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pymongo.common
import pytest

from adapters.memory.order_board import MemoryOrderBoard
from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.store import MemoryStore
from adapters.mongodb import adding_up, board_batch
from adapters.mongodb.adding_up import BATCHES, LINES, TAKINGS, carry_out
from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.order_board import MongoOrderBoard
from adapters.mongodb.order_repository import MongoOrderRepository
from domain.order import Order
from domain.outcome import OutcomeKind
from domain.payment import PaymentStatus
from domain.takings import TakingsKind
from ports.errors import RepositoryUnavailable
from ports.order_board import BoardLine, BoardList, OrderBoard, Takings
from ports.order_repository import OrderRepository
from tests.contract.evolution import next_version
from tests.integration.mongodb.conftest import RawDatabase, opened
from tests.integration.mongodb.test_faults import until_reachable, wires
from tests.support.factories import NOON, a_key, a_payment, an_entry, an_order
from tests.support.mongodb_proxy import Fault

HOUR = NOON.replace(minute=0, second=0, microsecond=0)
DAY = (HOUR - timedelta(hours=12), HOUR + timedelta(hours=12))
FIRST, SECOND = a_key("imp_1"), a_key("imp_2")


@dataclass(frozen=True, slots=True)
class Twins:
    """The same orders twice: where nothing is kept beside them, and where sums are."""

    memory: MemoryOrderRepository
    plain: MemoryOrderBoard
    orders: OrderRepository

    async def add(self, order: Order) -> None:
        await self.memory.add(order, [])
        await self.orders.add(order, [])

    async def save(self, order: Order) -> None:
        await self.memory.save(order, [])
        await self.orders.save(order, [])

    async def are_the_same_on(self, board: OrderBoard) -> None:
        assert await shown(board) == await shown(self.plain)


@pytest.fixture(autouse=True)
def quick_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drivers wait half a second before they look at a server again."""
    monkeypatch.setattr(pymongo.common, "MIN_HEARTBEAT_INTERVAL", 0.01)


@pytest.fixture
def twins(orders: MongoOrderRepository) -> Twins:
    store = MemoryStore()
    return Twins(MemoryOrderRepository(store), MemoryOrderBoard(store), orders)


@pytest.fixture
def board(database: MongoDatabase) -> MongoOrderBoard:
    return MongoOrderBoard(database)


@pytest.fixture
async def others(mongodb_url: str, driver: Driver) -> AsyncIterator[MongoOrderBoard]:
    """The board of another process."""
    async with opened(mongodb_url, driver, 10) as database:
        yield MongoOrderBoard(database)


async def shown(board: OrderBoard) -> tuple[list[Takings], list[list[BoardLine]]]:
    lists = [list(await board.page(which, None, 99)) for which in BoardList]
    return list(await board.takings(*DAY)), lists


def crowded(number: int) -> Order:
    """An order with two payments, one too many, and a forgery."""
    order_id = f"order-{number:03}"
    keys = (a_key(f"imp_{number}"), a_key(f"imp_too_many_{number}"))
    payments = [
        a_payment(key=key, order_id=order_id, paid_at=HOUR + timedelta(hours=number % 3))
        for key in keys
    ]
    entry = an_entry(version=1, outcome=OutcomeKind.FORGED, at=NOON - timedelta(hours=number))
    return an_order(
        order_id=order_id,
        version=1,
        payments=tuple(payments),
        settled_by=keys[0],
        history=(entry,),
    )


def refunded(order: Order) -> Order:
    """Its payment too many has been given back."""
    payment = order.payments[1]
    return next_version(
        order, replace(payment, status=PaymentStatus.CANCELLED, cancelled=payment.total)
    )


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_wherever_it_is_cut_off_the_next_look_is_right(
    fault: Fault, twins: Twins, mongodb_url: str, driver: Driver, raw: RawDatabase
) -> None:
    async with wires(mongodb_url, driver, 10.0) as (good, bad, proxy):
        await twins.add(crowded(0))
        position, left_half_way = 1, 0
        while True:
            # Something new at each position: an order more, and another changed since.
            await twins.add(crowded(position))
            await twins.save(refunded(crowded(position - 1)))
            await until_reachable(bad)
            proxy.plan(*((place, fault) for place in range(position, position + 9)))
            try:
                await bad.board.takings(*DAY)
            except RepositoryUnavailable:
                kept = raw[BATCHES].find_one()
                left_half_way += kept is not None and kept["batch"] is not None
            was_cut, proxy.faults = bool(proxy.injected), {}

            await twins.are_the_same_on(good.board)
            if not was_cut:
                break
            position += 1

    assert left_half_way >= 4


async def test_several_at_once_while_orders_are_written(
    twins: Twins, board: MongoOrderBoard, others: MongoOrderBoard
) -> None:
    async def look(at: MongoOrderBoard) -> None:
        for _ in range(10):
            await at.takings(*DAY)

    async def write() -> None:
        for number in range(20):
            await twins.add(crowded(number))
            await twins.save(refunded(crowded(number)))

    await asyncio.gather(write(), look(board), look(others), look(board), others.add_up())

    await twins.are_the_same_on(board)
    await twins.are_the_same_on(others)


async def test_who_carries_a_batch_out_late_changes_nothing(
    twins: Twins,
    board: MongoOrderBoard,
    database: MongoDatabase,
    raw: RawDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned = []

    async def keep(orders: object, state: dict[str, object]) -> None:
        planned.append(state)
        await carry_out(orders, state)  # type: ignore[arg-type]

    monkeypatch.setattr(adding_up, "carry_out", keep)
    await twins.add(crowded(1))
    await board.takings(*DAY)
    await twins.save(refunded(crowded(1)))
    await board.takings(*DAY)
    assert len(planned) >= 2
    before = {name: list(raw[name].find()) for name in ("orders", TAKINGS, LINES, BATCHES)}

    for state in planned:
        async with database.question() as orders:
            await carry_out(orders, state)

    assert {name: list(raw[name].find()) for name in before} == before
    await twins.are_the_same_on(board)


async def test_an_order_that_is_written_meanwhile_is_added_up_again(
    twins: Twins, board: MongoOrderBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write_first(orders: object, state: dict[str, object]) -> None:
        monkeypatch.setattr(adding_up, "carry_out", carry_out)
        await twins.save(refunded(crowded(1)))
        await carry_out(orders, state)  # type: ignore[arg-type]

    await twins.add(crowded(1))
    monkeypatch.setattr(adding_up, "carry_out", write_first)
    await board.takings(*DAY)

    await twins.are_the_same_on(board)


async def test_orders_from_before_there_were_marks_are_walked_once(
    twins: Twins, board: MongoOrderBoard, raw: RawDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding_up, "_BATCH", 2)
    for number in range(5):
        await twins.add(crowded(number))
    raw.orders.update_many({}, {"$unset": {"to_add_up": ""}})
    raw.orders.insert_one({"_id": "stub", "stub": True, "bound": ["order:stub"]})

    await twins.are_the_same_on(board)

    kept = raw[BATCHES].find_one()
    assert kept is not None
    assert kept["walked_to"] is None
    await twins.save(refunded(crowded(3)))
    await twins.are_the_same_on(board)


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "walked"])
async def test_a_batch_is_cut_to_what_one_document_holds(
    marked: bool,
    twins: Twins,
    board: MongoOrderBoard,
    raw: RawDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(board_batch, "_MOST_LINES", 3)
    if marked:
        await board.takings(*DAY)
    for number in range(4):
        await twins.add(crowded(number))

    await twins.are_the_same_on(board)

    kept = raw[BATCHES].find_one()
    assert kept is not None
    assert kept["seq"] >= 4


async def test_a_look_says_so_if_much_is_left_and_the_rest_is_added_up_apart(
    twins: Twins, board: MongoOrderBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding_up, "_BATCH", 1)
    monkeypatch.setattr(adding_up, "_MOST_ORDERS", 3)
    await board.takings(*DAY)
    for number in range(20):
        await twins.add(crowded(number))

    looks = await asyncio.gather(*(board.takings(*DAY) for _ in range(3)), return_exceptions=True)

    assert [type(each) for each in looks] == [RepositoryUnavailable] * 3
    await board.add_up()
    await twins.are_the_same_on(board)


async def test_looks_that_wait_share_a_round(board: MongoOrderBoard, raw: RawDatabase) -> None:
    await board.takings(*DAY)
    turns = adding_up.AddingUp(board._database)
    rounds = 0
    one_round = turns._round

    async def counted() -> RepositoryUnavailable | None:
        nonlocal rounds
        rounds += 1
        return await one_round()

    turns._round = counted  # type: ignore[method-assign]

    await asyncio.gather(*(turns.before_a_look() for _ in range(9)))

    assert rounds == 2


async def test_an_order_that_nobody_can_read_adds_nothing_and_its_forgery_stays_listed(
    twins: Twins, board: MongoOrderBoard, raw: RawDatabase
) -> None:
    await twins.add(crowded(1))
    await board.takings(*DAY)

    raw.orders.update_one({"_id": "order-001"}, {"$set": {"version": "x", "to_add_up": "2"}})

    assert await board.takings(*DAY) == []
    assert await board.page(BoardList.SURPLUS, None, 9) == []
    assert len(await board.page(BoardList.FORGED, None, 9)) == 1
    raw.orders.update_one({"_id": "order-001"}, {"$set": {"version": 1, "to_add_up": "2"}})
    await twins.are_the_same_on(board)


async def test_a_sum_that_no_longer_fits_stands_still(
    twins: Twins, board: MongoOrderBoard, raw: RawDatabase
) -> None:
    await twins.add(crowded(0))
    await board.takings(*DAY)
    raw[TAKINGS].update_many({}, {"$set": {"paid_minor": 9 * 10**18 - 1}})

    await twins.add(crowded(3))

    sums = {each.kind: each.amount_minor for each in await board.takings(*DAY)}
    assert sums[TakingsKind.PAID] == 9 * 10**18
