"""Does the chain of an order's history hold? The first place where it does not, and how."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.history_chain import entry_hash, record_hash, root_hash
from domain.order import HistoryEntry, Order


class Flaw(StrEnum):
    """What does not fit at a broken entry."""

    SALE = "sale"
    CONTENT = "content"
    LINK = "link"
    UNLINKED = "unlinked"
    GAP = "gap"
    HEAD = "head"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first entry that does not fit. Version 0 is the sale that the chain begins with."""

    version: int
    flaw: Flaw


def first_break(order: Order) -> Break | None:
    """The first break of the chain, or None if it holds, or if the order has none yet."""
    return next(_breaks(order), None)


def unchained_entries(order: Order) -> int:
    """How many entries at the front are from before there was a chain: nothing proves them."""
    linked = (position for position, entry in enumerate(order.history) if entry.previous_hash)
    return next(linked, len(order.history))


def hash_as_of(order: Order, moment: datetime) -> str | None:
    """The hash of all that had happened to the order by then; None if it was not there yet.

    Made of what stands in the record, not of the hashes stored beside it. What comes later does
    not change it, so two of one moment differ only if the past was rewritten.
    """
    if order.created_at > moment:
        return None
    later = (place for place, entry in enumerate(order.history) if entry.at > moment)
    past = order.history[: next(later, len(order.history))]
    if past and past[-1].previous_hash:
        return entry_hash(past[-1])
    return root_hash(order, past)


def _breaks(order: Order) -> Iterator[Break]:
    history, unchained = order.history, unchained_entries(order)
    versions = [entry.version for entry in history]
    if order.head_hash is not None and unchained == len(history):
        yield from _breaks_of_root(order, unchained)
    for place, entry in enumerate(history):
        if versions[place] != place + 1:
            yield Break(version=place + 1, flaw=Flaw.GAP)
        elif place < unchained and entry.record_hash is not None:
            yield Break(version=entry.version, flaw=Flaw.UNLINKED)
        elif place == unchained and entry.previous_hash != root_hash(order, history[:unchained]):
            yield _root_or_link(order, entry, place)
        elif place >= unchained:
            yield from _breaks_after(order, entry, place)
    if order.version != len(history):
        yield Break(version=min(order.version, len(history)) + 1, flaw=Flaw.GAP)


def _breaks_of_root(order: Order, unchained: int) -> Iterator[Break]:
    """What is wrong with a head that no entry leads to."""
    if unchained:
        yield Break(version=1, flaw=Flaw.UNLINKED)
    elif order.version == 0 and order.head_hash != root_hash(order):
        yield Break(version=0, flaw=Flaw.SALE)


def _root_or_link(order: Order, first: HistoryEntry, place: int) -> Break:
    """Whether the first link was changed, or what it leads to."""
    mended = replace(first, previous_hash=root_hash(order, order.history[:place]))
    if entry_hash(mended) == _claim_about(order, place):
        return Break(version=first.version, flaw=Flaw.LINK)
    return Break(version=0, flaw=Flaw.SALE)


def _breaks_after(order: Order, entry: HistoryEntry, place: int) -> Iterator[Break]:
    """What is wrong between an entry and what follows it: another one, or the order itself."""
    if place + 1 < len(order.history):
        yield from _breaks_between(order, entry, place)
    elif entry.version != order.version:
        return  # a gap, which is named in its turn
    elif order.head_hash is None:
        yield Break(version=entry.version, flaw=Flaw.HEAD)
    elif entry_hash(entry) != order.head_hash:
        yield Break(version=entry.version, flaw=Flaw.CONTENT)
    elif entry.record_hash != record_hash(order):
        yield Break(version=entry.version, flaw=Flaw.RECORD)


def _breaks_between(order: Order, entry: HistoryEntry, place: int) -> Iterator[Break]:
    following = order.history[place + 1]
    if following.version != entry.version + 1:
        return  # a gap, which is named in its turn
    actual = entry_hash(entry)
    if following.previous_hash is None:
        yield Break(version=following.version, flaw=Flaw.UNLINKED)
    elif following.previous_hash != actual:
        # If this link alone makes the next entry's own hash wrong, then it is what was changed.
        mended = entry_hash(replace(following, previous_hash=actual))
        is_link = mended == _claim_about(order, place + 1)
        yield (
            Break(version=following.version, flaw=Flaw.LINK)
            if is_link
            else Break(version=entry.version, flaw=Flaw.CONTENT)
        )


def _claim_about(order: Order, place: int) -> str | None:
    """The hash that the entry at that place has, going by what follows it."""
    following = order.history[place + 1 : place + 2]
    return following[0].previous_hash if following else order.head_hash
