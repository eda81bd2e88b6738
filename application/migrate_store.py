"""Carries everything from one store to another, and then compares the two, record by record."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ports.record_shelf import Page, RecordShelf

Shelves = Mapping[str, RecordShelf[Any]]

# Few enough to fit in memory however long their histories, many enough to share one commit.
PAGE_SIZE = 200
# So many are named; the rest is a number.
MAX_NAMED = 20


class Step(StrEnum):
    """What is being done with one kind of record."""

    CARRY = "carrying"
    COMPARE = "comparing"


class Fault(StrEnum):
    """What is wrong with a record of the source after all has been carried."""

    UNREADABLE = "cannot be read"
    MISSING = "is not there, or cannot be read there"
    DIFFERENT = "is there, but says something else"


@dataclass(slots=True, kw_only=True)
class Carried:
    """What came of one kind of record. `left_over` says how many more the target has."""

    kind: str
    in_source: int = 0
    in_target: int = 0
    put: int = 0
    equal: int = 0
    faults: dict[Fault, int] = field(default_factory=dict)
    named: list[tuple[str, Fault]] = field(default_factory=list)

    @property
    def left_over(self) -> int:
        """How many the target holds that are not the source's."""
        elsewhere = self.equal + self.faults.get(Fault.DIFFERENT, 0)
        return self.in_target - elsewhere

    @property
    def is_whole(self) -> bool:
        """Whether both stores say exactly the same."""
        return not self.faults and self.in_source == self.in_target == self.equal

    def note(self, name: str, fault: Fault) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + 1
        if len(self.named) < MAX_NAMED:
            self.named.append((name, fault))


# Told how far each step is: the kind of record, the step, how many are done, and of how many.
Watch = Callable[[str, Step, int, int], None]


class MigrateStore:
    """Carries each kind of record in turn. Run again, it goes on where it was stopped.

    Records that are there already stay as they are; what differs is told, never overwritten.
    """

    def __init__(self, source: Shelves, target: Shelves, watch: Watch) -> None:
        if source.keys() != target.keys():
            raise ValueError("both stores must keep the same kinds of records")
        self._source = source
        self._target = target
        self._watch = watch

    async def __call__(self) -> list[Carried]:
        all_carried = [
            Carried(kind=kind, in_source=await shelf.count())
            for kind, shelf in self._source.items()
        ]
        for carried in all_carried:
            await self._carry(carried)
        # Only now: what is carried late may not have spoilt what was carried early.
        for carried in all_carried:
            await self._compare(carried)
        return all_carried

    async def _carry(self, carried: Carried) -> None:
        target = self._target[carried.kind]
        async for page in self._pages(carried, Step.CARRY):
            stored = await target.find(page.records)
            missing = [
                record for record, there in zip(page.records, stored, strict=True) if there is None
            ]
            if missing:
                await target.put(missing)
                carried.put += len(missing)

    async def _compare(self, carried: Carried) -> None:
        target = self._target[carried.kind]
        async for page in self._pages(carried, Step.COMPARE):
            for name in page.unreadable:
                carried.note(name, Fault.UNREADABLE)
            stored = await target.find(page.records)
            for record, there in zip(page.records, stored, strict=True):
                if there == record:
                    carried.equal += 1
                else:
                    fault = Fault.MISSING if there is None else Fault.DIFFERENT
                    carried.note(target.name(record), fault)
        carried.in_target = await target.count()

    async def _pages(self, carried: Carried, step: Step) -> AsyncIterator[Page[Any]]:
        """All pages of the source, one by one, with the watcher told after each."""
        shelf, done, after = self._source[carried.kind], 0, ""
        self._watch(carried.kind, step, 0, carried.in_source)
        while True:
            page = await shelf.page(after, PAGE_SIZE)
            yield page
            done += len(page.records) + len(page.unreadable)
            self._watch(carried.kind, step, done, carried.in_source)
            if page.after is None:
                return
            after = page.after
