"""How far the sweep of each gateway has come, who is at it, and what past sweeps found."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepLease:
    """The sweep of one gateway, lent to one worker. `token` proves it.

    `cursor` is the time up to which all has been compared, or None if nothing ever was.
    """

    gateway: str
    token: str = field(repr=False)
    cursor: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What one sweep did: from when to when it compared, and how often it found each difference.

    `by` is who asked for it, `worker` or `cli`. `stopped` is empty, or why it ended early; then
    `until` is how far it came.
    """

    gateway: str
    by: str
    since: datetime
    until: datetime
    began_at: datetime
    ended_at: datetime
    pages: int
    payments: int
    questions: int
    found: Mapping[str, int]
    stopped: str = ""


class SweepLog(Protocol):
    """Lends each gateway's sweep to one worker at a time, and remembers what was found.

    Every method may raise `RepositoryUnavailable`.
    """

    @abstractmethod
    async def begin(
        self, gateway: str, now: datetime, lease_until: datetime, ended_by: datetime, /
    ) -> SweepLease | None:
        """Lends the sweep, unless another worker holds it or the latest ended after `ended_by`.

        A lease that has run out holds nobody back. The cursor stays where the last one left it.
        """

    @abstractmethod
    async def advance(self, lease: SweepLease, cursor: datetime | None, until: datetime, /) -> bool:
        """Moves the cursor, if one is given, and keeps the lease; durable on return.

        False, and nothing is changed, if another worker has got the sweep meanwhile.
        """

    @abstractmethod
    async def end(self, lease: SweepLease, now: datetime, /) -> bool:
        """Gives the sweep back; False, and no change, if another worker has got it meanwhile."""

    @abstractmethod
    async def add_report(self, report: SweepReport, forget_before: datetime, /) -> None:
        """Writes the report down, and forgets those that ended before that time."""

    @abstractmethod
    async def latest(self, limit: int, /) -> Sequence[SweepReport]:
        """The reports that ended last, newest first. One that cannot be read is left out."""
