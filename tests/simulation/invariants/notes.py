"""What an order's history says before the gateway is told to take money."""

from domain.order import HistoryEntry, Trigger
from domain.outcome import OutcomeKind
from domain.payment import PaymentStatus

_BUYERS = (Trigger.BROWSER, Trigger.REDIRECT)


def is_note(entry: HistoryEntry) -> bool:
    """Whether a version may be there only to say that the gateway is about to be told."""
    is_open = (entry.outcome, entry.payment_status) == (OutcomeKind.PENDING, PaymentStatus.OPENED)
    return is_open and entry.trigger in _BUYERS
