"""What one refund has taken of its day's allowance, as a store keeps it."""

from dataclasses import dataclass
from datetime import date

from domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAllowance:
    """A refund is counted once a day."""

    day: date
    refund_id: str
    amount: Money
