"""What the record may answer without asking the gateway: only what is final."""

import pytest

from domain.order import Order
from domain.outcome import Cancelled, Paid
from domain.payment import PaymentStatus
from domain.recorded_answer import answer_from_record
from tests.support.factories import a_key, a_payment, an_order, won

CLAIMS = [None, *PaymentStatus]


def an_order_with(status: PaymentStatus, *, is_settled: bool = False) -> Order:
    payment = a_payment(status=status)
    return an_order(payments=(payment,), settled_by=payment.key if is_settled else None)


@pytest.mark.parametrize("claimed", CLAIMS)
def test_an_unknown_payment_is_asked_about(claimed: PaymentStatus | None) -> None:
    order = an_order_with(PaymentStatus.PAID, is_settled=True)

    assert answer_from_record(order, a_key("imp_2"), claimed) is None
    assert answer_from_record(order, a_key(gateway="portone-v2"), claimed) is None


@pytest.mark.parametrize("claimed", [None, PaymentStatus.PAID])
def test_the_payment_that_settled_the_order_is_paid_for_good(
    claimed: PaymentStatus | None,
) -> None:
    order = an_order_with(PaymentStatus.PAID, is_settled=True)

    assert answer_from_record(order, a_key(), claimed) == Paid()


@pytest.mark.parametrize("claimed", [each for each in PaymentStatus if each.value != "paid"])
def test_a_claim_of_anything_newer_than_paid_is_looked_into(claimed: PaymentStatus) -> None:
    order = an_order_with(PaymentStatus.PAID, is_settled=True)

    assert answer_from_record(order, a_key(), claimed) is None


@pytest.mark.parametrize("claimed", CLAIMS)
@pytest.mark.parametrize("settled_by", [None, a_key("imp_2")], ids=["nothing", "another"])
def test_money_that_did_not_settle_the_order_is_asked_about(
    settled_by: object, claimed: PaymentStatus | None
) -> None:
    order = an_order(payments=(a_payment(),), settled_by=settled_by)

    assert answer_from_record(order, a_key(), claimed) is None


@pytest.mark.parametrize("claimed", [each for each in CLAIMS if each != PaymentStatus.UNKNOWN])
def test_a_payment_cancelled_whole_stays_so(claimed: PaymentStatus | None) -> None:
    order = an_order_with(PaymentStatus.CANCELLED)

    assert answer_from_record(order, a_key(), claimed) == Cancelled(refunded=won(1000))


def test_whoever_doubts_the_record_is_not_answered_from_it() -> None:
    # As a sweep does, which saw the gateway name another order.
    order = an_order_with(PaymentStatus.CANCELLED)

    assert answer_from_record(order, a_key(), PaymentStatus.UNKNOWN) is None


@pytest.mark.parametrize("claimed", CLAIMS)
@pytest.mark.parametrize(
    "status",
    [each for each in PaymentStatus if each not in (PaymentStatus.PAID, PaymentStatus.CANCELLED)],
)
def test_all_else_may_still_change(status: PaymentStatus, claimed: PaymentStatus | None) -> None:
    is_settled = status is PaymentStatus.PARTIALLY_CANCELLED

    assert (
        answer_from_record(an_order_with(status, is_settled=is_settled), a_key(), claimed) is None
    )
