"""Which snapshots verify: only an exact one, and every difference is called by its name."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.money import MAX_AMOUNT_MINOR, Currency, Money, UnreadableAmount
from domain.order import Order
from domain.outcome import Discrepancy, Forged, Paid, Pending, Surplus
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.verification import compare, verify
from tests.support.factories import GATEWAY, a_key, a_payment, an_order, won
from tests.support.strategies import moneys, orders, payments

LIVE, TESTING = Policy(mode=Mode.LIVE), Policy(mode=Mode.TEST)
USD = Currency("USD")


def fields(outcome: object) -> list[str]:
    assert isinstance(outcome, Forged)
    return [each.field for each in outcome.discrepancies]


@given(orders(), st.data())
def test_a_full_live_payment_of_the_same_order_is_paid(order: Order, data: st.DataObject) -> None:
    payment = data.draw(payments(order, statuses=[PaymentStatus.PAID]))

    assert verify(order, payment, LIVE) == Paid()


@given(moneys(min_minor=1), moneys())
def test_only_an_equal_total_in_the_same_currency_is_paid(ordered: Money, total: Money) -> None:
    assume(ordered != total)

    outcome = verify(an_order(amount=ordered), a_payment(total=total), LIVE)

    assert isinstance(outcome, Forged)


@given(moneys(min_minor=1), st.sampled_from([-1, 1]))
def test_one_minor_unit_too_much_or_too_little_is_a_forgery(ordered: Money, off: int) -> None:
    assume(0 <= ordered.amount_minor + off <= MAX_AMOUNT_MINOR)
    total = replace(ordered, amount_minor=ordered.amount_minor + off)

    outcome = verify(an_order(amount=ordered), a_payment(total=total), LIVE)

    assert outcome == Forged(
        discrepancies=(Discrepancy(field="amount", expected=ordered.number, actual=total.number),)
    )


@pytest.mark.parametrize("scale", ["0.001", "0.01", "0.1", "10", "100", "1000"])
@pytest.mark.parametrize("code", ["KRW", "USD", "KWD"])
def test_an_amount_read_in_the_wrong_unit_is_a_forgery(scale: str, code: str) -> None:
    currency = Currency(code)
    total = Money.of(Decimal(1000) * Decimal(scale), currency)

    outcome = verify(an_order(amount=Money.of(1000, currency)), a_payment(total=total), LIVE)

    assert fields(outcome) == ["amount"]


@pytest.mark.parametrize(
    "number",
    ["1000", "-1000", "0", "NaN", "Infinity", "1e3", "1,000", "1000.4", "999.9999999999999999", ""],
)
@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.OPENED])
def test_an_amount_that_cannot_be_read_never_verifies(number: str, status: PaymentStatus) -> None:
    total = UnreadableAmount(number=number, currency_code="KRW")

    outcome = verify(an_order(), a_payment(total=total, status=status), LIVE)

    assert outcome == Forged(
        discrepancies=(Discrepancy(field="amount", expected="1000", actual=number),)
    )


def test_an_unknown_currency_is_named_beside_the_amount_that_has_no_meaning_in_it() -> None:
    total = UnreadableAmount(number="1000", currency_code="WON")

    outcome = verify(an_order(), a_payment(total=total), LIVE)

    assert outcome == Forged(
        discrepancies=(
            Discrepancy(field="currency", expected="KRW", actual="WON"),
            Discrepancy(field="amount", expected="1000", actual="1000"),
        )
    )


@pytest.mark.parametrize("number", [0.1 + 0.2, f"{0.1 + 0.2!r}00", Decimal(0.1 + 0.2)])
def test_thirty_cents_by_float_arithmetic_are_not_thirty_cents(number: Any) -> None:
    with pytest.raises(InvalidValue):
        Money.of(number, USD)


@pytest.mark.parametrize(("total", "is_paid"), [(1000, True), (900, False), (1100, False)])
def test_a_discount_that_the_order_does_not_know_is_a_forgery(total: int, is_paid: bool) -> None:
    outcome = verify(an_order(), a_payment(total=won(total)), LIVE)

    assert isinstance(outcome, Paid if is_paid else Forged)


@pytest.mark.parametrize("status", PaymentStatus)
def test_the_amount_is_judged_before_the_status(status: PaymentStatus) -> None:
    outcome = verify(an_order(), a_payment(status=status, total=won(999)), LIVE)

    assert fields(outcome) == ["amount"]


def test_the_same_number_in_another_currency_differs_in_the_currency_alone() -> None:
    total = Money.of("1000.00", USD)

    outcome = verify(an_order(), a_payment(total=total), LIVE)

    assert outcome == Forged(
        discrepancies=(Discrepancy(field="currency", expected="KRW", actual="USD"),)
    )


def test_the_same_count_of_other_minor_units_differs_in_amount_too() -> None:
    total = Money(amount_minor=1000, currency=USD)

    assert fields(verify(an_order(), a_payment(total=total), LIVE)) == ["currency", "amount"]


# --- every bound field, alone and with all others ------------------------------------------

BOUND: dict[str, Callable[[Payment], Payment]] = {
    "order_id": lambda payment: replace(payment, order_id="order-0002"),
    "currency": lambda payment: _with_total(payment, currency=Currency("JPY")),
    "amount": lambda payment: _with_total(payment, amount_minor=1001),
    "mode": lambda payment: replace(payment, mode=Mode.TEST),
    "merchant_account": lambda payment: replace(payment, merchant_account="acct-other"),
}
ACTUAL = {
    "order_id": ("order-0001", "order-0002"),
    "currency": ("KRW", "JPY"),
    "amount": ("1000", "1001"),
    "mode": ("live", "test"),
    "merchant_account": ("acct-shop", "acct-other"),
}
WITH_ACCOUNT = Policy(mode=Mode.LIVE, merchant_accounts={GATEWAY: "acct-shop"})


def _with_total(payment: Payment, **changes: Any) -> Payment:
    assert isinstance(payment.total, Money)
    return replace(payment, total=replace(payment.total, **changes))


@given(
    st.sets(st.sampled_from(list(BOUND))),
    st.sampled_from([PaymentStatus.OPENED, PaymentStatus.PAID, PaymentStatus.FAILED]),
)
def test_all_differences_are_reported_together_each_by_name(
    changed: set[str], status: PaymentStatus
) -> None:
    payment = a_payment(status=status, merchant_account="acct-shop")
    for field in changed:
        payment = BOUND[field](payment)

    found = list(compare(an_order(), payment, WITH_ACCOUNT))

    assert found == [
        Discrepancy(field=field, expected=ACTUAL[field][0], actual=ACTUAL[field][1])
        for field in BOUND
        if field in changed
    ]


@pytest.mark.parametrize("field", BOUND)
def test_a_single_difference_makes_a_paid_payment_a_forgery(field: str) -> None:
    payment = BOUND[field](a_payment(merchant_account="acct-shop"))

    assert fields(verify(an_order(), payment, WITH_ACCOUNT)) == [field]


@pytest.mark.parametrize(
    "order_id", ["", "ORDER-0001", "order-0001 ", "order-0001\n", "order-000\u0661", "order-00011"]
)
def test_an_order_id_that_is_only_similar_is_a_difference(order_id: str) -> None:
    assert fields(verify(an_order(), a_payment(order_id=order_id), LIVE)) == ["order_id"]


# --- mode and merchant account --------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy_mode", "payment_mode", "is_allowed"),
    [
        (Mode.LIVE, Mode.LIVE, True),
        (Mode.LIVE, Mode.TEST, False),
        (Mode.LIVE, Mode.UNKNOWN, False),
        (Mode.TEST, Mode.LIVE, True),
        (Mode.TEST, Mode.TEST, True),
        (Mode.TEST, Mode.UNKNOWN, True),
        (Mode.UNKNOWN, Mode.LIVE, True),
        (Mode.UNKNOWN, Mode.TEST, False),
        (Mode.UNKNOWN, Mode.UNKNOWN, False),
    ],
)
def test_a_policy_lets_pass_what_its_mode_says(
    policy_mode: Mode, payment_mode: Mode, is_allowed: bool
) -> None:
    policy = Policy(mode=policy_mode)

    outcome = verify(an_order(), a_payment(mode=payment_mode), policy)

    assert policy.allows(payment_mode) is is_allowed
    assert isinstance(outcome, Paid) is is_allowed


def test_a_test_payment_is_a_forgery_in_live_mode() -> None:
    outcome = verify(an_order(), a_payment(mode=Mode.TEST), LIVE)

    assert outcome == Forged(
        discrepancies=(Discrepancy(field="mode", expected="live", actual="test"),)
    )


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_payment_of_unknown_mode_is_not_known_yet_in_live_mode(status: PaymentStatus) -> None:
    assert verify(an_order(), a_payment(mode=Mode.UNKNOWN, status=status), LIVE) == Pending()


@pytest.mark.parametrize(
    ("wanted", "told", "is_paid"),
    [
        (None, None, True),
        (None, "acct-1", True),
        ("acct-1", None, True),
        ("acct-1", "acct-1", True),
        ("acct-1", "acct-2", False),
        ("acct-1", "", False),
        ("acct-1", "ACCT-1", False),
    ],
)
def test_the_merchant_account_counts_where_both_sides_know_it(
    wanted: str | None, told: str | None, is_paid: bool
) -> None:
    policy = Policy(mode=Mode.LIVE, merchant_accounts={} if wanted is None else {GATEWAY: wanted})

    outcome = verify(an_order(), a_payment(merchant_account=told), policy)

    assert isinstance(outcome, Paid) is is_paid


def test_a_shop_that_names_no_account_compares_none() -> None:
    assert verify(an_order(), a_payment(merchant_account="acct-1"), LIVE) == Paid()


# --- what settles already -------------------------------------------------------------------


def test_the_payment_that_settled_the_order_is_still_paid() -> None:
    assert verify(an_order(settled_by=a_key()), a_payment(), LIVE) == Paid()


@pytest.mark.parametrize("other", [a_key("imp_2"), a_key(gateway="portone-v2")])
def test_a_second_payment_of_a_settled_order_is_surplus(other: Any) -> None:
    outcome = verify(an_order(settled_by=other), a_payment(), LIVE)

    assert outcome == Surplus(key=a_key(), settled_by=other, refund=won(1000))
