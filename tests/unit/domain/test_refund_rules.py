"""How much may be given back, and what a look at the gateway says about a refund under way."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forgery import is_own_forgery
from domain.money import Currency, Money, UnreadableAmount
from domain.order import Order
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from domain.refund import Refund, RefundStatus, Requester
from domain.refund_rules import (
    MAX_REFUNDS,
    Ask,
    Finish,
    NextStep,
    Refuse,
    Unrefundable,
    Wait,
    left_to_refund,
    next_step,
    why_not,
)
from tests.support.factories import (
    a_key,
    a_payment,
    a_refund,
    an_account,
    an_entry,
    an_order,
    won,
)
from tests.support.strategies import HOLDS_MONEY

AWAITING, REQUESTED, ASKED, DONE, REFUSED = RefundStatus
DOLLAR = Money(amount_minor=100, currency=Currency("USD"))
UNREADABLE = UnreadableAmount(number="x", currency_code="KRW")
OTHER = a_key("imp_other")


def given_back(amount: int) -> Payment:
    """A payment of 1,000 won of which so much has been given back."""
    status = {0: PaymentStatus.PAID, 1000: PaymentStatus.CANCELLED}.get(
        amount, PaymentStatus.PARTIALLY_CANCELLED
    )
    return a_payment(status=status, cancelled=won(amount))


def with_refunds(*refunds: Refund) -> Order:
    numbered = [replace(each, refund_id=f"refund-{place}") for place, each in enumerate(refunds)]
    return an_order(payments=(given_back(0),), refunds=tuple(numbered))


@pytest.mark.parametrize(
    ("refunds", "cancelled", "left"),
    [
        ([], 0, 1000),
        ([], 250, 750),
        ([], 1000, 0),
        ([a_refund(status=AWAITING)], 0, 700),
        ([a_refund(status=REQUESTED)], 0, 700),
        ([a_refund(status=ASKED)], 0, 700),
        ([a_refund(status=ASKED)], 100, 700),  # seen in part: the rest is still spoken for
        ([a_refund(status=ASKED)], 300, 700),  # it is in what was given back already
        ([a_refund(status=ASKED)], 500, 500),
        ([a_refund(status=ASKED, cancelled_before=won(200))], 100, 600),
        ([a_refund(status=DONE)], 300, 700),
        ([a_refund(status=REFUSED)], 0, 1000),
        ([a_refund(key=OTHER)], 0, 1000),
        ([a_refund(), a_refund(amount=won(700))], 0, 0),
        ([a_refund(), a_refund(amount=won(900))], 0, 0),
    ],
)
def test_what_is_left(refunds: list[Refund], cancelled: int, left: int) -> None:
    assert left_to_refund(with_refunds(*refunds), given_back(cancelled)) == won(left)


@pytest.mark.parametrize(
    "payment",
    [
        a_payment(total=UNREADABLE, status=PaymentStatus.UNKNOWN),
        a_payment(status=PaymentStatus.UNKNOWN, cancelled=UNREADABLE),
        a_payment(status=PaymentStatus.UNKNOWN, cancelled=DOLLAR),
    ],
)
def test_what_cannot_be_read_is_never_refunded(payment: Payment) -> None:
    assert left_to_refund(an_order(), payment) is None
    assert why_not(an_order(), payment, won(1), has_account=True) is Unrefundable.HOLDS_NO_MONEY
    assert isinstance(next_step(an_order(), a_refund(), payment), Wait)


@pytest.mark.parametrize("status", [each for each in PaymentStatus if each not in HOLDS_MONEY])
def test_only_a_payment_that_holds_money_is_refunded(status: PaymentStatus) -> None:
    payment = a_payment(status=status)

    why = why_not(an_order(), payment, won(1), has_account=True)

    assert why is Unrefundable.HOLDS_NO_MONEY


@pytest.mark.parametrize("amount", [won(701), won(0), won(10**9), DOLLAR])
def test_no_more_than_is_left_in_its_currency(amount: Money) -> None:
    order = with_refunds(a_refund())

    why = why_not(order, given_back(0), amount, has_account=False)

    assert why is Unrefundable.ABOVE_REMAINING
    assert why_not(order, given_back(0), won(700), has_account=False) is None


def test_a_deposit_needs_an_account_to_go_back_to() -> None:
    deposited = a_payment(method="vbank", virtual_account=an_account())

    without = why_not(an_order(), deposited, won(1), has_account=False)

    assert without is Unrefundable.ACCOUNT_MISSING
    assert why_not(an_order(), deposited, won(1), has_account=True) is None


def test_one_order_keeps_so_many_refunds() -> None:
    full = with_refunds(*[a_refund(status=REFUSED)] * MAX_REFUNDS)
    almost = replace(full, refunds=full.refunds[1:])

    assert why_not(full, given_back(0), won(1), has_account=False) is Unrefundable.TOO_MANY_REFUNDS
    assert why_not(almost, given_back(0), won(1), has_account=False) is None


STEPS: dict[str, tuple[Refund, Payment, NextStep]] = {
    "first look": (a_refund(), given_back(0), Ask(cancelled=won(0), remaining=won(1000))),
    "after another refund": (
        a_refund(),
        given_back(600),
        Ask(cancelled=won(600), remaining=won(400)),
    ),
    "all that is left": (
        a_refund(),
        given_back(700),
        Ask(cancelled=won(700), remaining=won(300)),
    ),
    "too little is left": (a_refund(), given_back(701), Refuse(why=Unrefundable.ABOVE_REMAINING)),
    "nothing is left": (a_refund(), given_back(1000), Refuse(why=Unrefundable.HOLDS_NO_MONEY)),
    "asked, unchanged": (
        a_refund(status=ASKED),
        given_back(0),
        Ask(cancelled=won(0), remaining=won(1000)),
    ),
    "asked, given back": (a_refund(status=ASKED), given_back(300), Finish()),
    "asked, more given back": (a_refund(status=ASKED), given_back(1000), Finish()),
    "asked, less given back": (
        a_refund(status=ASKED),
        given_back(299),
        Refuse(why=Unrefundable.CHANGED_MEANWHILE),
    ),
    "asked, less than before": (
        a_refund(status=ASKED, cancelled_before=won(500)),
        given_back(400),
        Wait(why="paymentContradicts"),
    ),
    "asked, no longer paid": (
        a_refund(status=ASKED),
        a_payment(status=PaymentStatus.FAILED),
        Wait(why="paymentContradicts"),
    ),
    "mode not told": (
        a_refund(status=ASKED),
        a_payment(mode=Mode.UNKNOWN),
        Wait(why="paymentUnknown"),
    ),
    "state not known": (
        a_refund(),
        a_payment(status=PaymentStatus.UNKNOWN),
        Wait(why="paymentUnknown"),
    ),
    "another currency": (
        a_refund(),
        a_payment(total=DOLLAR),
        Wait(why="currencyChanged"),
    ),
}


@pytest.mark.parametrize(("refund", "payment", "expected"), STEPS.values(), ids=STEPS)
def test_the_next_step(refund: Refund, payment: Payment, expected: NextStep) -> None:
    assert next_step(an_order(refunds=(refund,)), refund, payment) == expected


def test_one_refund_of_a_payment_is_asked_for_at_a_time() -> None:
    refund = a_refund(refund_id="second")
    order = with_refunds(a_refund(status=ASKED), refund)
    elsewhere = with_refunds(a_refund(status=ASKED, key=OTHER), refund)

    assert next_step(order, refund, given_back(0)) == Wait(why="anotherRefundIsAsked")
    assert isinstance(next_step(elsewhere, refund, given_back(0)), Ask)


@pytest.mark.parametrize(
    ("requester", "settler", "goes_on"),
    [
        (Requester.POLICY, a_key(), False),
        (Requester.POLICY, OTHER, True),
        (Requester.SHOP, a_key(), True),
        (Requester.CLI, a_key(), True),
    ],
)
def test_the_policy_never_gives_back_what_settles_the_order(
    requester: Requester, settler: Any, goes_on: bool
) -> None:
    refund = a_refund(requested_by=requester)

    step = next_step(an_order(settled_by=settler), refund, given_back(0))

    assert isinstance(step, Ask) is goes_on
    assert goes_on or step == Refuse(why=Unrefundable.SETTLES_ORDER)


@pytest.mark.parametrize(
    ("requester", "goes_on"), [(Requester.POLICY, False), (Requester.SHOP, True)]
)
def test_the_policy_never_gives_back_what_the_gateway_now_calls_anothers(
    requester: Requester, goes_on: bool
) -> None:
    refund = a_refund(requested_by=requester)
    payment = replace(given_back(0), order_id="order-0002")

    step = next_step(an_order(settled_by=OTHER), refund, payment)

    assert isinstance(step, Ask) is goes_on
    assert goes_on or step == Refuse(why=Unrefundable.OTHER_ORDER)


def test_a_forgery_is_the_orders_own_only_if_its_money_came_for_this_order() -> None:
    wrong = a_payment(total=won(4))
    order = an_order(history=(an_entry(outcome=OutcomeKind.FORGED),))

    assert is_own_forgery(order, wrong)
    assert not is_own_forgery(order, replace(wrong, order_id="order-0002"))
    assert not is_own_forgery(order, replace(wrong, status=PaymentStatus.FAILED))
    assert not is_own_forgery(replace(order, payments=(wrong,)), wrong)
    assert not is_own_forgery(an_order(), wrong)
    assert not is_own_forgery(order, replace(wrong, key=OTHER))


@given(st.data())
def test_refunds_never_speak_for_more_than_was_paid(data: st.DataObject) -> None:
    order, cancelled = an_order(), data.draw(st.integers(0, 999))
    payment = given_back(cancelled)

    for number in range(data.draw(st.integers(1, 8))):
        amount = won(data.draw(st.integers(0, 1200)))
        if why_not(order, payment, amount, has_account=True) is None:
            refund = a_refund(refund_id=f"refund-{number}", amount=amount)
            order = replace(order, refunds=(*order.refunds, refund))

    assert cancelled + sum(each.amount.amount_minor for each in order.refunds) <= 1000
