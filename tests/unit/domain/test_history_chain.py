"""Each entry is linked to all before it and to the sale; the hashes mean the same for good."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.history_chain import begun, entry_hash, linked_on, record_hash, root_hash
from domain.order import OrderStatus
from domain.refund import RefundStatus
from tests.support.factories import (
    NOON,
    a_customer,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    an_account,
    an_entry,
    an_order,
    won,
)

ORDER = an_order(expires_at=NOON)
PAID = replace(
    ORDER,
    version=1,
    status=OrderStatus.PAID,
    settled_by=a_key(),
    payments=(a_payment(virtual_account=an_account()),),
)


def test_the_hashes_of_stored_orders_never_change() -> None:
    # If this fails, every chain that is stored anywhere would look broken.
    settled = linked_on(replace(PAID, head_hash=root_hash(ORDER)), an_entry())

    assert root_hash(ORDER) == "baa2c1714ae2123761e2e3ab20e69ada7b656da4410575e2613f311b3fe6e1b1"
    assert record_hash(PAID) == "6ed0d9a46c5e71a5891e8a585e1aaa6b7103112760a395de16ec4a18e3d5f861"
    assert settled.head_hash == "f8ee10d084f75e79a00cc6faf24bbc4f6670b274f5dbd7152c0477f780c5d606"


def test_a_new_order_s_head_is_the_hash_of_the_sale() -> None:
    assert begun(ORDER) == replace(ORDER, head_hash=root_hash(ORDER))


def test_an_entry_is_linked_to_the_head_and_becomes_it() -> None:
    order = linked_on(begun(ORDER), an_entry())

    (entry,) = order.history
    assert entry == an_entry(previous_hash=root_hash(ORDER), record_hash=record_hash(ORDER))
    assert order.head_hash == entry_hash(entry)


def test_the_first_link_of_an_old_order_covers_all_that_was_before() -> None:
    old = replace(ORDER, version=1, history=(an_entry(),))

    order = linked_on(old, an_entry(version=2))

    assert order.history[0] == an_entry()
    assert order.history[1].previous_hash == root_hash(ORDER, old.history)
    assert root_hash(ORDER, old.history) != root_hash(ORDER)


def test_a_link_is_made_of_the_stored_head_so_that_it_hides_no_change() -> None:
    order = linked_on(begun(ORDER), an_entry())
    spoilt = replace(order, version=2, history=(replace(order.history[0], evidence="spoilt"),))

    later = linked_on(spoilt, an_entry(version=2))

    assert later.history[1].previous_hash == order.head_hash


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "order-0002"},
        {"amount": won(999)},
        {"created_at": NOON + timedelta(microseconds=1)},
        {"expires_at": None},
        {"name": None},
        {"customer": None},
        {"customer": a_customer(customer_id="customer-2")},
    ],
)
def test_the_root_covers_what_was_sold(change: dict[str, Any]) -> None:
    assert root_hash(replace(ORDER, **change)) != root_hash(ORDER)


@pytest.mark.parametrize(
    "change",
    [
        {"client_token": "another"},
        {"customer": a_customer(phone=None)},
        {"customer": a_customer(locale="en")},
    ],
)
def test_what_may_have_to_be_erased_or_renewed_is_not_covered(change: dict[str, Any]) -> None:
    assert root_hash(replace(ORDER, **change)) == root_hash(ORDER)


@pytest.mark.parametrize(
    "change",
    [
        {"status": OrderStatus.REFUNDED},
        {"settled_by": None},
        {"settled_by": a_key("imp_2")},
        {"payments": ()},
        {"payments": (a_payment(virtual_account=an_account(number="1")),)},
        {"payments": (*PAID.payments, a_payment(key=a_key("imp_2")))},
        {"refunds": (a_refund(),)},
    ],
)
def test_the_record_covers_where_the_order_stands(change: dict[str, Any]) -> None:
    assert record_hash(replace(PAID, **change)) != record_hash(PAID)


def test_the_record_covers_refunds_but_not_the_account_that_is_forgotten() -> None:
    refunding = replace(PAID, refunds=(a_refund(account=a_refund_account()),))
    forgotten = replace(PAID, refunds=(a_refund(),))
    asked = replace(PAID, refunds=(a_refund(status=RefundStatus.ASKED),))

    assert record_hash(refunding) == record_hash(forgotten) != record_hash(asked)
