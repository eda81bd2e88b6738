"""Refunds in plain sentences, for people at a terminal."""

from typing import assert_never

from application.request_refund import NotRefundable, RefundConflict
from application.verify_payment import OrderNotFound, PaymentNotFound
from domain.refund import Refund, RefundStatus
from domain.refund_rules import Unrefundable

_STANDS = {
    RefundStatus.AWAITING_APPROVAL: "waits for `payproof approve`",
    RefundStatus.REQUESTED: "is recorded; a worker carries it out",
    RefundStatus.ASKED: "was asked for; what came of it is not known yet",
    RefundStatus.DONE: "was given back",
    RefundStatus.REFUSED: "was refused",
}
_WHY_NOT = {
    Unrefundable.HOLDS_NO_MONEY: "the payment holds no money to give back",
    Unrefundable.ABOVE_REMAINING: "that is more than is left to give back",
    Unrefundable.ACCOUNT_MISSING: "a deposit needs --bank, --account and --holder to go back to",
    Unrefundable.TOO_MANY_REFUNDS: "the order has too many refunds already",
    Unrefundable.SETTLES_ORDER: "the payment settles its order by now",
    Unrefundable.OTHER_ORDER: "the gateway says that the payment is another order's",
    Unrefundable.CHANGED_MEANWHILE: "something else was given back of it meanwhile",
    Unrefundable.GATEWAY_CANNOT_REFUND: "this gateway cannot give money back",
    Unrefundable.NOT_APPROVED: "it was not approved",
}


def say_refund(refund: Refund) -> list[str]:
    """One line for the refund, and one more for why it was refused."""
    line = f"{refund.refund_id}: {refund.amount} of {refund.key} {_STANDS[refund.status]}"
    if refund.refused_because is None:
        return [line]
    again = "; to ask for it once more, add --key"
    return [line, f"  {say_why(refund.refused_because)}{again}"]


def say_why(word: str) -> str:
    """One of our words as a sentence; the gateway's own sentence as it is."""
    return _WHY_NOT[Unrefundable(word)] if word in set(Unrefundable) else word


def say_no_refund(
    answer: RefundConflict | OrderNotFound | PaymentNotFound | NotRefundable,
) -> str:
    """Why nothing was recorded."""
    match answer:
        case NotRefundable(why=why, left=left):
            return _WHY_NOT[why] + (f" ({left})" if left else "")
        case RefundConflict():
            return "another refund was requested under this key"
        case OrderNotFound():
            return "no such order"
        case PaymentNotFound():
            return "the order knows no such payment, or its money is another order's"
        case _:
            assert_never(answer)
