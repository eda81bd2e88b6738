"""What a sweep has done so far, for whoever watches it."""

from collections import Counter
from dataclasses import dataclass, field

from domain.reconciliation import DifferenceKind


@dataclass(slots=True, kw_only=True)
class Tally:
    """Pages and payments of the gateway's list, other questions asked, and differences found."""

    pages: int = 0
    payments: int = 0
    questions: int = 0
    found: Counter[DifferenceKind] = field(default_factory=Counter)
