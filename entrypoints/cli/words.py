"""Verdicts in plain sentences, for people at a terminal."""

from typing import assert_never

from application.verify_payment import (
    OrderNotFound,
    PaymentNotFound,
    Settled,
    TooManyQuestions,
    Verdict,
    WrongToken,
)
from domain.history_audit import Break, Flaw
from domain.outcome import (
    AwaitingDeposit,
    Cancelled,
    Failed,
    Forged,
    Paid,
    Pending,
    Surplus,
    VerificationOutcome,
)


def say_verdict(verdict: Verdict) -> list[str]:
    """One line for the verdict, and one more for each thing a reader needs beside it."""
    match verdict:
        case Settled(order=order, key=key, outcome=outcome):
            headline, *more = say_outcome(outcome)
            return [f"{key} for order {order.order_id} ({order.amount}): {headline}", *more]
        case OrderNotFound():
            return ["no such order: register it first, by POST /orders"]
        case PaymentNotFound():
            return ["the gateway does not know this payment (or it is of another mode or account)"]
        case WrongToken():
            return ["the client token is not this order's"]
        case TooManyQuestions(retry_after_s=retry_after_s):
            return [f"asked too often: try again in {retry_after_s:.0f} s"]
        case _:
            assert_never(verdict)


_FLAWS = {
    Flaw.SALE: "what was sold, or an entry from before the chain, was changed",
    Flaw.CONTENT: "does not fit the hash that what follows it holds: it was changed",
    Flaw.LINK: "does not hold the hash of what comes before it",
    Flaw.UNLINKED: "has lost its link to what comes before it",
    Flaw.GAP: "is not where it should be: it was removed or moved",
    Flaw.HEAD: "is the last, but the order no longer says so",
    Flaw.RECORD: "left behind another record: the order's status or payments were changed",
}


def say_break(found: Break) -> str:
    """Where a chain of history is broken, and what does not fit there."""
    entry = f"entry {found.version}" if found.version else "before entry 1"
    return f"{entry}: {_FLAWS[found.flaw]}"


def say_outcome(outcome: VerificationOutcome) -> list[str]:
    """The outcome in a line; a forgery adds one for each difference."""
    match outcome:
        case Paid():
            return ["paid, and every field agrees"]
        case AwaitingDeposit(account=account):
            bank = account.bank_name or account.bank_code or "bank not told"
            due = f"{account.due_at:%Y-%m-%d %H:%M} UTC" if account.due_at else "no deadline told"
            return ["virtual account issued", f"  transfer to {bank} {account.number}, {due}"]
        case Pending():
            return ["not known yet: open, or in a state that proves nothing"]
        case Failed(reason=reason):
            return [f"failed ({reason or 'no reason told'})"]
        case Cancelled(refunded=refunded):
            return [f"cancelled: {refunded} given back"]
        case Surplus(key=key, settled_by=settled_by, refund=refund):
            return [
                f"paid, but {settled_by} has settled this order: one of them is too much",
                f"  giving {refund} back to {key} would cure it",
            ]
        case Forged(discrepancies=discrepancies):
            return ["forged"] + [
                f"  {each.field}: expected {each.expected}, the gateway says {each.actual}"
                for each in discrepancies
            ]
        case _:
            assert_never(outcome)
