"""The history of an order: what is written down, and how much of it one order keeps."""

from dataclasses import replace
from datetime import datetime

from domain.order import HistoryEntry, Order, Trigger
from domain.outcome import Forged, VerificationOutcome
from domain.payment import Mode, Payment

# A stranger who knows an order id can start payments for it. So one order keeps only so many
# attempts and verdicts; what moves money is always recorded, beyond any bound.
MAX_PAYMENTS = 100
MAX_HISTORY = 400
MAX_HISTORY_FOR_FORGERIES = 200


def written_down(
    order: Order,
    payment: Payment,
    outcome: VerificationOutcome,
    now: datetime,
    trigger: Trigger,
) -> Order:
    """The order with one version and one history entry more."""
    version = order.version + 1
    entry = HistoryEntry(
        version=version,
        at=now,
        trigger=trigger,
        outcome=outcome.kind,
        key=payment.key,
        evidence=payment.evidence,
        discrepancies=outcome.discrepancies if isinstance(outcome, Forged) else (),
    )
    return replace(order, version=version, history=(*order.history, entry))


def has_forgery(order: Order, payment: Payment, forgery: Forged) -> bool:
    """Whether the history has this payment refused for the same reasons."""
    return any(
        entry.key == payment.key and entry.discrepancies == forgery.discrepancies
        for entry in order.history
    )


def has_answer(order: Order, payment: Payment, *, since: Payment | None) -> bool:
    """Whether the history has this very answer of the gateway, after that of `since` if any."""
    stands = None if since is None else since.evidence
    said = [
        entry.evidence
        for entry in order.history
        if entry.key == payment.key and entry.evidence in (stands, payment.evidence)
    ]
    return said[-1:] == [payment.evidence]


def is_full(order: Order, *, with_new_payment: bool = False) -> bool:
    """Whether the order keeps no more of what moves no money."""
    is_crowded = with_new_payment and len(order.payments) >= MAX_PAYMENTS
    return is_crowded or len(order.history) >= MAX_HISTORY


def is_full_of_forgeries(order: Order, forged: Payment) -> bool:
    """Whether the order keeps no more forgeries: one that holds its money always fits."""
    # Wrong money for this very order is real money, unless it was play money.
    is_ours = forged.order_id == order.order_id and forged.mode is not Mode.TEST
    holds_ours = forged.holds_money and is_ours
    return not holds_ours and len(order.history) >= MAX_HISTORY_FOR_FORGERIES
