"""Where an order may go, and what its payments make of it: tables, tried pair by pair."""

from itertools import chain, combinations

import pytest

from domain.errors import IllegalTransition
from domain.order import OrderStatus
from domain.order_moves import ORDER_MOVES, check_move, status_of
from domain.payment import PAYMENT_MOVES, PaymentStatus
from tests.support.factories import a_key, a_payment

PENDING, AWAITING, PAID, PARTLY, REFUNDED, EXPIRED = OrderStatus
# The rule in words, apart from the table in the code: from each status, where it may not go.
FORBIDDEN = {
    PENDING: set[OrderStatus](),
    AWAITING: set[OrderStatus](),
    PAID: {PENDING, AWAITING, EXPIRED},
    PARTLY: {PENDING, AWAITING, EXPIRED},
    REFUNDED: {PENDING, AWAITING, EXPIRED},
    EXPIRED: set[OrderStatus](),
}
PAIRS = [(current, wanted) for current in OrderStatus for wanted in OrderStatus]


@pytest.mark.parametrize(("current", "wanted"), PAIRS)
def test_every_pair_of_statuses_is_legal_or_refused(
    current: OrderStatus, wanted: OrderStatus
) -> None:
    if wanted not in FORBIDDEN[current]:
        check_move(current, wanted)
        return
    with pytest.raises(IllegalTransition, match=f"^{current} -> {wanted} is not a legal move$"):
        check_move(current, wanted)


def test_the_tables_name_every_status() -> None:
    assert set(ORDER_MOVES) == set(OrderStatus)
    assert set(PAYMENT_MOVES) == set(PaymentStatus)


def test_an_order_leaves_paid_to_refunds_alone() -> None:
    assert ORDER_MOVES[PAID] == {PARTLY, REFUNDED}


def subsets() -> list[tuple[PaymentStatus, ...]]:
    sizes = range(len(PaymentStatus) + 1)
    return list(chain.from_iterable(combinations(PaymentStatus, size) for size in sizes))


def expected(statuses: tuple[PaymentStatus, ...]) -> OrderStatus:
    if PaymentStatus.PARTIALLY_CANCELLED in statuses:
        return PARTLY
    if PaymentStatus.PAID in statuses:
        return PAID
    if PaymentStatus.CANCELLED in statuses:
        return REFUNDED
    return AWAITING if PaymentStatus.AWAITING_DEPOSIT in statuses else PENDING


def test_the_status_follows_from_any_set_of_payments_in_any_order() -> None:
    for statuses in subsets():
        payments = tuple(
            a_payment(status=status, key=a_key(f"imp_{each}"))
            for each, status in enumerate(statuses)
        )

        assert status_of(payments) is status_of(payments[::-1]) is expected(statuses)


def test_legal_moves_of_one_payment_are_legal_moves_of_its_order() -> None:
    """Whatever else has been tried, so that settling never fails on the order's own table."""
    for others in subsets():
        rest = tuple(a_payment(status=each, key=a_key(f"imp_{each}")) for each in others)
        for early in PaymentStatus:
            before = status_of((*rest, a_payment(status=early)))
            for late in PAYMENT_MOVES[early]:
                check_move(before, status_of((*rest, a_payment(status=late))))


def test_a_first_snapshot_is_a_legal_move_from_any_payments() -> None:
    for others in subsets():
        rest = tuple(a_payment(status=each, key=a_key(f"imp_{each}")) for each in others)
        for first in PaymentStatus:
            check_move(status_of(rest), status_of((*rest, a_payment(status=first))))
