"""How many commands each thing costs, and that an index serves every one of them."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from pymongo import IndexModel

from adapters.memory.clock import ManualClock
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.mongodb.adding_up import LINE_INDEXES, LINES
from adapters.mongodb.database import Driver
from adapters.mongodb.layout import indexes
from application.confirm_payment import ConfirmPayment, ConfirmQuestion
from application.question_budget import QuestionBudget
from application.verify_payment import Knock, VerifyPayment
from domain.order import Trigger
from domain.payment import Mode, PaymentStatus
from domain.policy import Policy
from domain.tasks import TaskKind
from tests.integration.mongodb.conftest import RawDatabase
from tests.integration.mongodb.fault_cases import CASES, Ports
from tests.integration.mongodb.index_rule import (
    BY_ID,
    Asked,
    Command,
    Indexes,
    asked_by,
    serving_index,
)
from tests.integration.mongodb.test_faults import empty, wires
from tests.support.factories import GATEWAY, NOON, ORDER_ID, a_key, a_payment, a_task, an_order
from tests.support.mongodb_proxy import MongoProxy
from tests.support.mongodb_server import MongoServer

ORDER_INDEXES = indexes(claims_apart=False)


@pytest.fixture
async def wire(mongodb_url: str, driver: Driver) -> AsyncIterator[tuple[Ports, MongoProxy]]:
    """The ports, and every command that they send from here on."""
    async with wires(mongodb_url, driver, 10.0) as (_, watched, proxy):
        proxy.plan()
        yield watched, proxy


def names(proxy: MongoProxy) -> list[str]:
    return [next(iter(command)) for command in proxy.commands]


def verification(ports: Ports, gateway: MemoryPaymentGateway) -> VerifyPayment:
    clock = ManualClock(NOON)
    return VerifyPayment(
        ports.orders,
        ports.tasks,
        {GATEWAY: gateway},
        clock,
        Policy(mode=Mode.LIVE),
        QuestionBudget(clock),
    )


KNOCK = Knock(order_id=ORDER_ID, key=a_key(), trigger=Trigger.BROWSER)


@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.AWAITING_DEPOSIT])
async def test_a_first_verification_costs_two_commands(
    status: PaymentStatus, wire: tuple[Ports, MongoProxy]
) -> None:
    ports, proxy = wire
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment(status=status))
    await ports.orders.add(an_order(), [])
    proxy.plan()

    await verification(ports, gateway)(KNOCK)

    assert names(proxy) == ["find", "update"]


async def test_a_repeat_costs_one_command(wire: tuple[Ports, MongoProxy]) -> None:
    ports, proxy = wire
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment())
    await ports.orders.add(an_order(), [])
    verify_payment = verification(ports, gateway)
    await verify_payment(KNOCK)
    proxy.plan()

    await verify_payment(KNOCK)

    assert names(proxy) == ["find"]


async def test_a_confirmation_costs_one_command(wire: tuple[Ports, MongoProxy]) -> None:
    ports, proxy = wire
    await ports.orders.add(an_order(), [])
    proxy.plan()

    veto = await ConfirmPayment(ports.orders, ManualClock(NOON))(
        ConfirmQuestion(order_id=ORDER_ID, number="1000")
    )

    assert veto is None
    assert names(proxy) == ["find"]


async def test_registering_storing_a_task_and_an_idle_worker_cost_one_command_each(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire

    await ports.orders.add(an_order(), [])
    await ports.tasks.put(a_task())
    await ports.tasks.claim(TaskKind.RECHECK, NOON - timedelta(days=1), NOON, 20)

    assert names(proxy) == ["update", "update", "find"]


async def test_a_claim_costs_one_command_and_one_for_each_order(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    for order_id in ("a", "a", "b"):
        await ports.tasks.put(a_task(order_id=order_id, detail=str(len(proxy.commands))))
    proxy.plan()

    claimed = await ports.tasks.claim(TaskKind.RECHECK, NOON, NOON + timedelta(minutes=1), 20)

    assert len(claimed) == 3
    assert names(proxy) == ["find", "update", "update"]


def queries_of(command: Command) -> list[Asked]:
    """What a command asks for; each change of many by itself."""
    if "updates" not in command:
        return [asked_by(command)]
    return [Asked(query=update["q"], order=[], limit=0, hint=None) for update in command["updates"]]


def indexes_by_name(existing: Sequence[IndexModel]) -> Indexes:
    named = {each.document["name"]: list(each.document["key"].items()) for each in existing}
    return {**BY_ID, **named}


async def all_commands(
    ports: Ports, proxy: MongoProxy, raw: RawDatabase, collection: str = "orders"
) -> list[Command]:
    commands: list[Command] = []
    for case in CASES.values():
        empty(raw)
        prepared = await case.prepare(ports)
        proxy.plan()
        await case.act(ports, prepared)
        commands += proxy.commands
    # The other small collections beside the orders are read by their ids, or whole.
    return [each for each in commands if each.get(next(iter(each))) == collection]


def served(commands: Sequence[Command], existing: Sequence[IndexModel]) -> set[str | None]:
    return {
        serving_index(asked, indexes_by_name(existing))
        for command in commands
        for asked in queries_of(command)
    }


async def test_an_index_fits_every_command(
    wire: tuple[Ports, MongoProxy], raw: RawDatabase
) -> None:
    ports, proxy = wire

    commands = await all_commands(ports, proxy, raw)

    assert served(commands, ORDER_INDEXES) == {
        "_id_",
        *(index.document["name"] for index in ORDER_INDEXES),
    }


async def test_an_index_fits_every_question_about_forgeries_and_payments_too_many(
    wire: tuple[Ports, MongoProxy], raw: RawDatabase
) -> None:
    ports, proxy = wire

    commands = await all_commands(ports, proxy, raw, LINES)

    asked = [each for each in commands if "createIndexes" not in each]
    assert served(asked, LINE_INDEXES) == {"_id_", "by_age", "by_payment"}


async def test_the_planner_takes_an_index_for_every_command(
    wire: tuple[Ports, MongoProxy], raw: RawDatabase, mongodb_server: MongoServer
) -> None:
    if not mongodb_server.is_real:
        pytest.skip("NOT PROVABLE on this MongoDB: which plans a real server takes")
    ports, proxy = wire
    for number in range(50):
        await ports.orders.add(an_order(order_id=f"filler-{number}"), [])

    for command in await all_commands(ports, proxy, raw):
        plain = {key: value for key, value in command.items() if key not in ("lsid", "txnNumber")}
        plain = {key: value for key, value in plain.items() if not key.startswith("$")}
        plan = str(raw.command("explain", plain, verbosity="queryPlanner")["queryPlanner"])
        assert "IXSCAN" in plan or "IDHACK" in plan or "EXPRESS" in plan
        assert "COLLSCAN" not in plan.partition("rejectedPlans")[0]


def test_a_query_without_an_index_is_seen() -> None:
    by_name = Asked(query={"name": "x"}, order=[], limit=1, hint=None)
    due = {"next_due.recheck": {"$lte": "x"}}
    in_another_order = Asked(query=due, order=[("created_at", 1)], limit=1, hint=None)

    assert serving_index(by_name, indexes_by_name(ORDER_INDEXES)) is None
    assert serving_index(in_another_order, indexes_by_name(ORDER_INDEXES)) is None
