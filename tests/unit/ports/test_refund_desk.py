"""A refund names its amount: what is left out or zero would mean everything at some gateways."""

import pytest

from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.refund import RefundAccount
from ports.refund_desk import RefundOrder
from tests.support.factories import PAYMENT_ID, won

FIVE_DOLLARS = Money.of("5.00", Currency("USD"))


def an_order(amount: Money, remaining: Money) -> RefundOrder:
    return RefundOrder(
        refund_id="refund-1",
        payment_id=PAYMENT_ID,
        amount=amount,
        remaining=remaining,
        reason="changed mind",
    )


def test_all_that_remains_is_named_too() -> None:
    assert an_order(won(1000), won(1000)).amount == won(1000)


@pytest.mark.parametrize(
    ("amount", "remaining", "field"),
    [(won(0), won(1000), "amount"), (FIVE_DOLLARS, won(1000), "currency")],
)
def test_nothing_and_another_currency_are_refused(
    amount: Money, remaining: Money, field: str
) -> None:
    with pytest.raises(InvalidValue) as error:
        an_order(amount, remaining)

    assert error.value.field == field


def test_an_account_is_not_shown() -> None:
    account = RefundAccount(
        bank_code="088", number="110123456789", holder="홍길동", phone="01012345678"
    )

    assert repr(account) == "RefundAccount(bank_code='088')"
