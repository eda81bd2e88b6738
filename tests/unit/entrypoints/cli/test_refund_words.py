"""What a person at the terminal reads of a refund."""

import pytest

from application.request_refund import NotRefundable, RefundConflict
from application.verify_payment import OrderNotFound, PaymentNotFound
from domain.refund import RefundStatus
from domain.refund_rules import Unrefundable
from entrypoints.cli.refund_words import say_no_refund, say_refund, say_why
from tests.support.factories import a_refund, a_refund_account, won


@pytest.mark.parametrize("status", RefundStatus)
def test_every_status_is_said_in_a_line_of_its_own(status: RefundStatus) -> None:
    refund = a_refund(status=status)
    lines = {tuple(say_refund(a_refund(status=each))) for each in RefundStatus}

    (line,) = say_refund(refund)

    assert line.startswith(f"{refund.refund_id}: 300 KRW of portone-v1/imp_000000000001 ")
    assert len(lines) == len(RefundStatus)


def test_no_line_tells_the_account() -> None:
    account = a_refund_account()

    said = "".join(say_refund(a_refund(account=account)))

    assert account.number not in said
    assert account.holder not in said


def test_a_refusal_says_why_in_our_words_or_the_gateways() -> None:
    ours = a_refund(status=RefundStatus.REFUSED, refused_because="changedMeanwhile")
    theirs = a_refund(status=RefundStatus.REFUSED, refused_because="이미 취소되었습니다")

    assert "something else was given back" in say_refund(ours)[1]
    assert "이미 취소되었습니다" in say_refund(theirs)[1]


def test_every_reason_is_a_sentence() -> None:
    assert len({say_why(why) for why in Unrefundable}) == len(Unrefundable)
    assert all(" " in say_why(why) for why in Unrefundable)


def test_what_was_not_recorded_says_why() -> None:
    too_much = NotRefundable(why=Unrefundable.ABOVE_REMAINING, left=won(700))
    nothing = NotRefundable(why=Unrefundable.GATEWAY_CANNOT_REFUND, left=None)

    assert say_no_refund(too_much) == "that is more than is left to give back (700 KRW)"
    assert say_no_refund(nothing) == "this gateway cannot give money back"
    others = (RefundConflict(), OrderNotFound(), PaymentNotFound())
    assert len({say_no_refund(answer) for answer in others}) == 3
