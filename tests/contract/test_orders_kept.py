"""An OrderRepository gives back exactly what it was given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.history_audit import first_break, unchained_entries
from domain.history_chain import begun
from domain.money import MAX_AMOUNT_MINOR, Currency, Money, UnreadableAmount
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from ports.order_repository import OrderRepository
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_customer,
    a_key,
    a_payment,
    an_account,
    an_entry,
    an_order,
    evidence,
    won,
)

DINAR = Currency("KWD")
SEOUL = timezone(timedelta(hours=9))
ORDERS = {
    "ordinary": an_order(),
    "bare": an_order(name=None, customer=None, expires_at=None),
    "without a phone": an_order(customer=a_customer(phone=None, locale="en")),
    "three decimals": an_order(amount=Money.of("14.205", DINAR)),
    "smallest": an_order(amount=won(1)),
    "largest": an_order(amount=won(MAX_AMOUNT_MINOR)),
    "all letters of an id": an_order(order_id="Az09._:-" + "x" * 32),
    "many tongues": an_order(
        name="커피 ☕ 'ё' \"ß\" 😀; -- %s ${} \\",
        customer=a_customer(customer_id="고객/Ä 1 $where.a"),
    ),
    "letters that only look alike": an_order(name="e\u0301 \u00e9"),
    "expires": an_order(expires_at=datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC)),
    "expires in Seoul": an_order(expires_at=datetime(2026, 3, 3, 8, 59, tzinfo=SEOUL)),
    "long ago": an_order(created_at=datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    "far from now": an_order(created_at=datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
}
PAYMENTS = {
    **{status.value: a_payment(status=status) for status in PaymentStatus},
    "bare": a_payment(method=None, paid_at=None),
    "full": a_payment(
        mode=Mode.TEST,
        merchant_account="store-1",
        virtual_account=an_account(),
        receipt_url="https://example.com/r?a=1&b=가",
        failure_reason="카드 한도 초과",
        discount=won(300),
    ),
    "account without more than a number": a_payment(
        status=PaymentStatus.AWAITING_DEPOSIT,
        virtual_account=an_account(bank_code=None, bank_name=None, holder=None, due_at=None),
    ),
    "unknown mode": a_payment(mode=Mode.UNKNOWN),
    "three decimals": a_payment(
        status=PaymentStatus.PARTIALLY_CANCELLED,
        total=Money.of("14.205", DINAR),
        cancelled=Money.of("0.001", DINAR),
    ),
    "unreadable amounts": a_payment(
        status=PaymentStatus.UNKNOWN,
        total=UnreadableAmount(number="10.005", currency_code="KRW"),
        cancelled=UnreadableAmount(number="-1", currency_code="원"),
    ),
    "unreadable total alone": a_payment(
        status=PaymentStatus.UNKNOWN,
        total=UnreadableAmount(number="1000", currency_code=""),
        cancelled=won(0),
    ),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_an_order_comes_back_as_it_was_added(orders: OrderRepository, order: Order) -> None:
    await orders.add(order, [])

    assert await orders.find_by_id(order.order_id) == order


@pytest.mark.parametrize("payment", PAYMENTS.values(), ids=PAYMENTS)
async def test_a_payment_comes_back_as_it_was_saved(
    orders: OrderRepository, payment: Payment
) -> None:
    order = await stored(orders, an_order(), payment)

    assert await orders.find_by_id(ORDER_ID) == order


@pytest.mark.parametrize("status", OrderStatus)
async def test_every_status_is_kept(orders: OrderRepository, status: OrderStatus) -> None:
    order = await stored(orders, an_order(), a_payment(), status=status, settled_by=a_key())

    assert await orders.find_by_id(ORDER_ID) == order


async def test_every_word_of_history_is_kept(orders: OrderRepository) -> None:
    order = await stored(orders, an_order())

    for trigger in Trigger:
        for outcome in OutcomeKind:
            order = next_version(order)
            entry = replace(order.history[-1], trigger=trigger, outcome=outcome)
            order = replace(order, history=(*order.history[:-1], entry))
            await orders.save(order, [])

    assert await orders.find_by_id(ORDER_ID) == order


async def test_the_chain_of_the_history_is_kept(orders: OrderRepository) -> None:
    order = begun(an_order())
    await orders.add(order, [])
    for status in PaymentStatus:
        order = next_version(order, a_payment(status=status))
        await orders.save(order, [])

    found = await orders.find_by_id(ORDER_ID)

    assert found is not None
    assert found.head_hash == order.head_hash
    assert [entry.payment_status for entry in found.history] == list(PaymentStatus)
    assert (first_break(found), unchained_entries(found)) == (None, 0)


async def test_an_entry_from_before_the_chain_is_kept_without_links(
    orders: OrderRepository,
) -> None:
    old = an_order(version=1, history=(an_entry(),))
    await orders.add(an_order(), [])
    await orders.save(old, [])
    later = next_version(old, a_payment())

    await orders.save(later, [])

    found = await orders.find_by_id(ORDER_ID)
    assert found == later
    assert found is not None
    assert (first_break(found), unchained_entries(found)) == (None, 1)


async def test_discrepancies_are_kept_in_their_order(orders: OrderRepository) -> None:
    await orders.add(an_order(), [])
    discrepancies = (
        Discrepancy(field="order_id", expected=ORDER_ID, actual='다른 "주문" \u2028 😀 \\'),
        Discrepancy(field="amount", expected="1000", actual="1E+3"),
    )
    entry = an_entry(outcome=OutcomeKind.FORGED, discrepancies=discrepancies)
    forged = an_order(version=1, history=(entry,))

    await orders.save(forged, [])

    assert await orders.find_by_id(ORDER_ID) == forged


async def test_payments_stay_in_the_order_of_first_sight(orders: OrderRepository) -> None:
    keys = [a_key("imp_3"), a_key("imp_1"), a_key("imp_2", gateway="a"), a_key("imp_2")]
    order = await stored(orders, an_order())
    for key in keys:
        order = next_version(order, a_payment(key=key, status=PaymentStatus.FAILED))
        await orders.save(order, [])
    newer = replace(order.payments[1], failure_reason="again", evidence=evidence("newer"))
    order = next_version(order)
    order = replace(order, payments=(order.payments[0], newer, *order.payments[2:]))

    await orders.save(order, [])

    found = await orders.find_by_id(ORDER_ID)
    assert found == order
    assert found is not None
    assert [payment.key for payment in found.payments] == keys


async def test_the_sale_itself_can_be_rewritten(orders: OrderRepository) -> None:
    await orders.add(an_order(), [])
    rewritten = next_version(
        an_order(), name=None, customer=None, client_token="token-2", expires_at=NOON
    )

    await orders.save(rewritten, [])

    assert await orders.find_by_id(ORDER_ID) == rewritten


async def test_a_long_story_is_kept_whole(orders: OrderRepository) -> None:
    order = await stored(orders, an_order())
    for number in range(100):
        payment = a_payment(key=a_key(f"imp_{number}"), status=PaymentStatus.FAILED)
        order = next_version(order, payment)
        await orders.save(order, [])

    assert await orders.find_by_id(ORDER_ID) == order
