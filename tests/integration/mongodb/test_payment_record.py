"""Payments, strays and reports that should not stand there stop no walk; two first tries agree."""

import asyncio
from datetime import timedelta

import pytest

from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.payment_record import MongoPaymentRecord
from adapters.mongodb.stray_payments import MongoStrayPayments
from adapters.mongodb.sweep_log import MongoSweepLog
from domain.tasks import AlertReason
from ports.errors import RecordCorrupt
from tests.contract.evolution import stored
from tests.contract.test_sweep_log import LONG_AGO, REPORT
from tests.integration.mongodb.conftest import RawDatabase
from tests.integration.mongodb.test_records import spoil
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_order

HOUR = timedelta(hours=1)
WITHOUT_ORDER = AlertReason.WITHOUT_ORDER


@pytest.fixture
def strays(database: MongoDatabase) -> MongoStrayPayments:
    return MongoStrayPayments(database)


async def test_a_payment_that_cannot_be_read_stops_no_walk(
    database: MongoDatabase, orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    record = MongoPaymentRecord(database)
    for number in (1, 2, 3):
        payment = a_payment(key=a_key(f"imp_{number}"), order_id=f"order-{number}")
        await stored(orders, an_order(order_id=f"order-{number}"), payment)
    spoil(raw, "order-2", **{"payments.0.mode": "x"})

    found = await record.find_recorded(GATEWAY, ["imp_1", "imp_2", "imp_3"])
    (page,) = [page async for page in record.paid_between(GATEWAY, NOON, NOON + HOUR)]

    assert sorted(found) == ["imp_1", "imp_3"]
    assert sorted(each.payment.key.payment_id for each in page.payments) == ["imp_1", "imp_3"]
    assert list(page.unreadable) == ["order-2"]


async def test_a_stray_that_cannot_be_read_is_left_out(
    strays: MongoStrayPayments, raw: RawDatabase
) -> None:
    for number in (1, 2):
        await strays.keep(a_payment(key=a_key(f"imp_{number}")), WITHOUT_ORDER, NOON)
    raw.stray_payments.update_one({"_id": f"{GATEWAY}/imp_1"}, {"$set": {"reason": "x"}})

    (page,) = [page async for page in strays.walk()]

    assert [stray.payment.key.payment_id for stray in page] == ["imp_2"]


async def test_a_stray_under_a_key_that_cannot_be_is_a_corrupt_record(
    strays: MongoStrayPayments, raw: RawDatabase
) -> None:
    await strays.keep(a_payment(), WITHOUT_ORDER, NOON)
    document = raw.stray_payments.find_one({})
    assert document is not None
    raw.stray_payments.insert_one(document | {"_id": "nonsense"})

    with pytest.raises(RecordCorrupt):
        await strays.find_by_order(a_payment().order_id)


async def test_many_who_find_one_stray_keep_it_once(
    strays: MongoStrayPayments, raw: RawDatabase
) -> None:
    kept = await asyncio.gather(*(strays.keep(a_payment(), WITHOUT_ORDER, NOON) for _ in range(16)))

    assert len(set(kept)) == 1
    assert raw.stray_payments.count_documents({}) == 1


async def test_a_report_that_cannot_be_read_is_left_out(
    database: MongoDatabase, raw: RawDatabase
) -> None:
    sweeps = MongoSweepLog(database)
    for _ in range(2):
        await sweeps.add_report(REPORT, LONG_AGO)
    raw.sweeps.update_one({}, {"$set": {"pages": "many"}})

    assert list(await sweeps.latest(10)) == [REPORT]
