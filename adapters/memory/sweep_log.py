"""The log of sweeps in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.store import MemoryStore
from ports.sweep_log import SweepLease, SweepReport
from ports.sweep_state import SweepState


class MemorySweepLog:
    """A `SweepLog` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def begin(
        self, gateway: str, now: datetime, lease_until: datetime, ended_by: datetime, /
    ) -> SweepLease | None:
        with self._faults.around("begin"):
            state = self._store.sweeps.get(gateway, SweepState(gateway=gateway))
            is_held = state.lease_until is not None and state.lease_until > now
            if is_held or (state.ended_at is not None and state.ended_at > ended_by):
                return None
            self._store.leases_given += 1
            token = f"sweep-{self._store.leases_given}"
            self._store.sweeps[gateway] = replace(state, token=token, lease_until=lease_until)
            return SweepLease(gateway=gateway, token=token, cursor=state.cursor)

    async def advance(self, lease: SweepLease, cursor: datetime | None, until: datetime, /) -> bool:
        with self._faults.around("advance"):
            state = self._held(lease)
            if state is None:
                return False
            self._store.sweeps[lease.gateway] = replace(
                state, cursor=cursor or state.cursor, lease_until=until
            )
            return True

    async def end(self, lease: SweepLease, now: datetime, /) -> bool:
        with self._faults.around("end"):
            state = self._held(lease)
            if state is None:
                return False
            self._store.sweeps[lease.gateway] = replace(
                state, token=None, lease_until=None, ended_at=now
            )
            return True

    async def add_report(self, report: SweepReport, forget_before: datetime, /) -> None:
        with self._faults.around("add_report"):
            kept = [each for each in self._store.reports if each.ended_at >= forget_before]
            self._store.reports = [*kept, report]

    async def latest(self, limit: int, /) -> Sequence[SweepReport]:
        with self._faults.around("latest"):
            oldest_first = sorted(self._store.reports, key=lambda report: report.ended_at)
            return oldest_first[::-1][:limit]

    def _held(self, lease: SweepLease) -> SweepState | None:
        state = self._store.sweeps.get(lease.gateway)
        return state if state is not None and state.token == lease.token else None
