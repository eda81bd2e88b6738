"""How far a gateway's sweep has come, as a store keeps it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepState:
    """`token` and `lease_until` say who is at it, and until when."""

    gateway: str
    cursor: datetime | None = None
    token: str | None = field(default=None, repr=False)
    lease_until: datetime | None = None
    ended_at: datetime | None = None
