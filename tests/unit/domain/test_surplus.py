"""A payment too many, and how much of it is too much."""

import pytest

from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.surplus import surplus_of
from tests.support.factories import a_key, a_payment, an_order, won

OTHER = a_key("imp_first")
PARTLY = a_payment(status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))
ODD = UnreadableAmount(number="10.5", currency_code="KRW")
NOTHING_IN_DOLLARS = Money.zero(Currency("USD"))


@pytest.mark.parametrize(
    ("payment", "settled_by", "surplus"),
    [
        (a_payment(), OTHER, won(1000)),
        (a_payment(cancelled=NOTHING_IN_DOLLARS), OTHER, won(1000)),
        (PARTLY, OTHER, won(700)),
        (a_payment(), a_key(), None),
        (a_payment(), None, None),
        (a_payment(status=PaymentStatus.CANCELLED), OTHER, None),
        (a_payment(status=PaymentStatus.FAILED), OTHER, None),
        (a_payment(total=ODD), OTHER, None),
    ],
)
def test_what_is_too_much_is_paid_minus_given_back(
    payment: Payment, settled_by: PaymentKey | None, surplus: Money | None
) -> None:
    assert surplus_of(an_order(settled_by=settled_by), payment) == surplus
