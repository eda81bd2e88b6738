"""The history of an order: what is written down, and how much of it one order keeps."""

from datetime import datetime

from domain.history_chain import linked_on
from domain.order import HistoryEntry, Order, Trigger
from domain.outcome import Forged, OutcomeKind, VerificationOutcome
from domain.payment import Payment, PaymentKey
from domain.rule_version import RULE_VERSION

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
    """The order, as the verdict leaves it, with one version and one history entry more."""
    entry = HistoryEntry(
        version=order.version + 1,
        at=now,
        trigger=trigger,
        outcome=outcome.kind,
        key=payment.key,
        evidence=payment.evidence,
        discrepancies=outcome.discrepancies if isinstance(outcome, Forged) else (),
        payment_status=payment.status,
        rule_version=RULE_VERSION,
    )
    return linked_on(order, entry)


def has_refused(order: Order, key: PaymentKey) -> bool:
    """Whether that payment was found to be a forgery at any time."""
    return any(entry.key == key and entry.outcome is OutcomeKind.FORGED for entry in order.history)


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
