"""On a sharded cluster claims keep a payment to one order, and nothing else changes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.mongodb import layout
from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.layout import indexes, settle_layout
from adapters.mongodb.order_repository import MongoOrderRepository
from ports.errors import ConcurrentUpdate, PaymentBoundElsewhere, RepositoryUnavailable
from tests.contract.evolution import next_version
from tests.integration.mongodb.conftest import RawDatabase, opened
from tests.integration.mongodb.fault_cases import CASES
from tests.integration.mongodb.test_faults import hold_to_the_contract
from tests.support.factories import ORDER_ID, a_payment, an_order
from tests.support.mongodb_proxy import Fault
from tests.support.mongodb_server import MongoServer, lay_out_as_sharded

OTHER = "order-0002"


class Greeting:
    """An empty collection of orders on a server that greets in that way."""

    def __init__(self, greeting: dict[str, Any], existing: dict[str, Any]) -> None:
        self.database = self
        self.greeting = greeting
        self.existing = existing
        self.created: dict[str, bool] = {}

    async def command(self, _name: str) -> dict[str, Any]:
        return self.greeting

    async def index_information(self) -> dict[str, Any]:
        return self.existing

    async def create_indexes(self, indexes: list[Any]) -> None:
        self.created = {each.document["name"]: each.document.get("unique") for each in indexes}


@pytest.mark.parametrize(
    ("greeting", "existing", "claims_apart"),
    [
        ({"ismaster": True}, {}, False),
        ({"ismaster": True, "setName": "shop"}, {}, False),
        ({"ismaster": True, "msg": "isdbgrid"}, {}, True),
        ({"ismaster": True, "msg": "isdbgrid"}, {"bound": {"unique": True}}, False),
        ({"ismaster": True, "setName": "shop"}, {"bound": {}}, True),
    ],
    ids=["standalone", "replica set", "router", "router, not sharded", "a shard seen directly"],
)
async def test_the_first_to_come_settles_the_layout_and_all_others_follow(
    greeting: dict[str, Any], existing: dict[str, Any], claims_apart: bool
) -> None:
    orders = Greeting(greeting, existing)

    assert await settle_layout(orders) is claims_apart

    assert orders.created["bound"] is not claims_apart


async def test_processes_of_two_minds_do_not_both_go_on(
    database: MongoDatabase, raw: RawDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.orders.create_indexes(indexes(claims_apart=True))
    # As if this one had looked before that one wrote.
    monkeypatch.setattr(layout, "indexes", lambda **_: indexes(claims_apart=False))

    with pytest.raises(RepositoryUnavailable, match="databaseRefused"):
        await database.create_indexes()


@pytest.fixture
async def sharded(
    mongodb_url: str, mongodb_server: MongoServer, driver: Driver
) -> AsyncIterator[MongoOrderRepository]:
    lay_out_as_sharded(mongodb_server, mongodb_url)
    async with opened(mongodb_url, driver, 10) as database:
        yield MongoOrderRepository(database)


def claims(raw: RawDatabase) -> dict[str, str]:
    return {each["_id"]: each["order_id"] for each in raw.claims.find()}


async def test_a_payment_is_claimed_before_its_order_is_written(
    sharded: MongoOrderRepository, raw: RawDatabase
) -> None:
    await sharded.add(an_order(), [])
    await sharded.save(next_version(an_order(), a_payment()), [])
    with pytest.raises(PaymentBoundElsewhere):
        await sharded.add(an_order(order_id=OTHER, payments=(a_payment(order_id=OTHER),)), [])

    assert claims(raw) == {str(a_payment().key): ORDER_ID}
    assert await sharded.find_by_id(OTHER) is None


async def test_an_order_without_payments_claims_nothing(
    sharded: MongoOrderRepository, raw: RawDatabase
) -> None:
    await sharded.add(an_order(), [])
    await sharded.save(next_version(an_order()), [])

    assert claims(raw) == {}


async def test_what_is_not_written_is_not_claimed(
    sharded: MongoOrderRepository, raw: RawDatabase
) -> None:
    await sharded.add(an_order(), [])
    late = next_version(next_version(an_order()), a_payment())

    assert not await sharded.add(an_order(payments=(a_payment(),)), [])
    with pytest.raises(ConcurrentUpdate):
        await sharded.save(late, [])

    assert claims(raw) == {}


async def test_a_claim_left_behind_serves_its_own_order_alone(
    sharded: MongoOrderRepository, raw: RawDatabase
) -> None:
    paid = next_version(an_order(), a_payment())
    await sharded.add(an_order(), [])
    await sharded.add(an_order(order_id=OTHER), [])
    # As if the process had been killed between the claim and the order.
    raw.claims.insert_one({"_id": str(a_payment().key), "order_id": ORDER_ID, "schema": 1})

    with pytest.raises(PaymentBoundElsewhere):
        await sharded.save(next_version(an_order(order_id=OTHER), a_payment(order_id=OTHER)), [])
    await sharded.save(paid, [])

    assert await sharded.find_by_id(ORDER_ID) == paid


@pytest.mark.usefixtures("quick_recovery")
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", ["add", "add over a stub", "save", "save too late"])
async def test_the_contract_holds_under_the_fault_with_claims(
    name: str,
    fault: Fault,
    mongodb_url: str,
    driver: Driver,
    raw: RawDatabase,
    mongodb_server: MongoServer,
) -> None:
    lay_out_as_sharded(mongodb_server, mongodb_url)

    await hold_to_the_contract(CASES[name], fault, mongodb_url, driver, raw)
