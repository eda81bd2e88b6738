"""Payments, strays and reports that were tampered with stop no walk, and are never guessed."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.payment_record import SqlitePaymentRecord
from adapters.sqlite.stray_payments import SqliteStrayPayments
from adapters.sqlite.sweep_log import SqliteSweepLog
from domain.payment import PaymentStatus
from domain.refund import RefundStatus
from domain.tasks import AlertReason
from ports.errors import RecordCorrupt
from tests.contract.evolution import stored
from tests.contract.sqlite.test_damage import execute
from tests.contract.test_sweep_log import LONG_AGO, REPORT
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, a_refund, an_order

HOUR = timedelta(hours=1)
SPOIL = "UPDATE payments SET mode = 'x' WHERE payment_id = 'imp_2'"


async def three_orders(orders: SqliteOrderRepository, status: PaymentStatus) -> None:
    for number in (1, 2, 3):
        order_id = f"order-{number}"
        payment = a_payment(key=a_key(f"imp_{number}"), order_id=order_id, status=status)
        await stored(orders, an_order(order_id=order_id), payment)


@pytest.fixture
def record(database: SqliteDatabase) -> SqlitePaymentRecord:
    return SqlitePaymentRecord(database)


async def test_a_payment_that_cannot_be_read_is_left_out(
    path: Path, orders: SqliteOrderRepository, record: SqlitePaymentRecord
) -> None:
    await three_orders(orders, PaymentStatus.PAID)
    execute(path, SPOIL)

    found = await record.find_recorded(GATEWAY, ["imp_1", "imp_2", "imp_3"])

    assert sorted(found) == ["imp_1", "imp_3"]


async def test_a_walk_names_the_order_of_a_payment_that_cannot_be_read(
    path: Path, orders: SqliteOrderRepository, record: SqlitePaymentRecord
) -> None:
    await three_orders(orders, PaymentStatus.PAID)
    execute(path, SPOIL)

    (page,) = [page async for page in record.paid_between(GATEWAY, NOON, NOON + HOUR)]

    assert [each.payment.key.payment_id for each in page.payments] == ["imp_1", "imp_3"]
    assert list(page.unreadable) == ["order-2"]


async def test_an_awaited_deposit_that_cannot_be_read_is_named_too(
    path: Path, orders: SqliteOrderRepository, record: SqlitePaymentRecord
) -> None:
    await three_orders(orders, PaymentStatus.AWAITING_DEPOSIT)
    execute(path, SPOIL)

    (page,) = [page async for page in record.awaiting_deposit(GATEWAY)]

    assert (len(page.payments), list(page.unreadable)) == (2, ["order-2"])


async def test_a_stray_that_cannot_be_read_is_left_out(
    path: Path, database: SqliteDatabase
) -> None:
    strays = SqliteStrayPayments(database)
    for number in (1, 2):
        stray = a_payment(key=a_key(f"imp_{number}"))
        await strays.keep(stray, AlertReason.WITHOUT_ORDER, NOON)
    execute(path, "UPDATE stray_payments SET reason = 'x' WHERE payment_id = 'imp_1'")

    (page,) = [page async for page in strays.walk()]

    assert [stray.payment.key.payment_id for stray in page] == ["imp_2"]


async def test_a_stray_whose_finding_is_damaged_is_a_corrupt_record(
    path: Path, database: SqliteDatabase
) -> None:
    strays = SqliteStrayPayments(database)
    await strays.keep(a_payment(), AlertReason.WITHOUT_ORDER, NOON)
    execute(path, "UPDATE stray_payments SET found_at = 9e17")

    with pytest.raises(RecordCorrupt, match="strayUnreadable"):
        await strays.keep(a_payment(), AlertReason.WITHOUT_ORDER, NOON)


async def test_a_report_that_cannot_be_read_is_left_out(
    path: Path, database: SqliteDatabase
) -> None:
    sweeps = SqliteSweepLog(database)
    for _ in range(2):
        await sweeps.add_report(REPORT, LONG_AGO)
    execute(path, 'UPDATE sweeps SET found = \'{"over": "x"}\' WHERE sweep_id = 2')

    assert list(await sweeps.latest(10)) == [REPORT]


async def test_pages_go_on_after_an_order_that_cannot_be_read(
    path: Path, orders: SqliteOrderRepository
) -> None:
    for order_id in ("a", "b", "c"):
        refund = a_refund(refund_id=f"refund-{order_id}", status=RefundStatus.AWAITING_APPROVAL)
        await orders.add(an_order(order_id=order_id, refunds=(refund,)), [])
    execute(path, "UPDATE orders SET currency = 'XXX' WHERE order_id = 'b'")

    before = await orders.list_awaiting_approval("", 10)
    with pytest.raises(RecordCorrupt) as refusal:
        await orders.list_awaiting_approval(before[-1].order_id, 10)
    after = await orders.list_awaiting_approval(refusal.value.order_id, 10)

    assert [order.order_id for order in (*before, *after)] == ["a", "c"]
