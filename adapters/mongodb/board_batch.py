"""What one batch of orders changes on the board, worked out before anything is written. Pure.

An order's sums go by hour and currency, `2026-11-27T09/KRW`; what it added before is kept in the
order, so only the difference moves the sums of all orders.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.mongodb.documents import read_order
from adapters.mongodb.stored_fields import Document, moment_text
from adapters.mongodb.value_fields import key_fields, money_fields
from domain.order import Order
from domain.outcome import OutcomeKind
from domain.surplus import surplus_of
from domain.takings import shares_of
from ports.errors import RecordCorrupt
from ports.order_board import UNTOLD, BoardList

# By hour and currency, what counts by its name.
Sums = Mapping[str, Mapping[str, int]]

_HOUR_DIGITS = 13  # of a time as text: 2026-11-27T09
# So that a batch fits into one document, whatever was tried on its orders.
_MOST_LINES = 5_000
# The largest number that is kept: past it a sum stands still.
_MOST = 9 * 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What one version of an order leaves on the board, and what an earlier one has left there."""

    order_id: str
    version: object
    before: Sums
    now: Sums
    lines: Sequence[Document]
    seen_version: int
    surplus: Sequence[int]


def hour_text(at_text: str) -> str:
    """The hour that a moment's text falls in; it sorts by time."""
    return at_text[:_HOUR_DIGITS]


def traces_of(document: Document) -> Traces:
    """Reads one order. One that cannot be understood adds nothing; its forgeries stay listed."""
    known = document.get("added_up") or {}
    seen_version: int = known.get("version", -1)
    try:
        order = read_order(document)
    except RecordCorrupt:
        order = None
    surplus = {} if order is None else dict(_surpluses(order))
    lines = [] if order is None else list(_forgeries(order, seen_version))
    # A line that is no more stays as a document: whoever comes late must find its number.
    gone = (place for place in known.get("surplus", ()) if place not in surplus)
    lines += surplus.values()
    lines += ({"_id": _line_id("surplus", document["_id"], n), "list": "gone"} for n in gone)
    return Traces(
        order_id=document["_id"],
        version=document.get("version"),
        before=known.get("sums", {}),
        now={} if order is None else _sums_of(order),
        lines=lines,
        seen_version=seen_version if order is None else order.version,
        surplus=list(surplus),
    )


def fitting(traces: Sequence[Traces]) -> Sequence[Traces]:
    """As many of the first as one batch can tell of, and at least one."""
    lines = 0
    for place, each in enumerate(traces):
        lines += len(each.lines)
        if place and lines > _MOST_LINES:
            return traces[:place]
    return traces


def moved(traces: Iterable[Traces]) -> list[str]:
    """The hours whose sums change."""
    return sorted(
        {
            hour
            for each in traces
            for hour in {*each.before, *each.now}
            if each.before.get(hour) != each.now.get(hour)
        }
    )


def batch_of(traces: Sequence[Traces], sums: Sums, seq: int) -> Document:
    """The batch of that number; `sums` is what stands at the hours that change."""
    added: dict[str, dict[str, int]] = {hour: dict(sums.get(hour, {})) for hour in moved(traces)}
    for each in traces:
        for hour in added.keys() & {*each.before, *each.now}:
            found = added[hour]
            for sign, share in ((-1, each.before.get(hour, {})), (1, each.now.get(hour, {}))):
                for name, number in share.items():
                    found[name] = found.get(name, 0) + sign * number
    return {
        "sums": [{"_id": hour, **_bounded(found)} for hour, found in added.items()],
        "lines": [line for each in traces for line in each.lines],
        "orders": [
            {
                "_id": each.order_id,
                "version": each.version,
                "added_up": {
                    "seq": seq,
                    "version": each.seen_version,
                    "sums": each.now,
                    "surplus": each.surplus,
                },
            }
            for each in traces
        ],
    }


def _sums_of(order: Order) -> Sums:
    sums: dict[str, dict[str, int]] = {}
    for at, kind, amount in shares_of(order):
        share = sums.setdefault(f"{hour_text(moment_text(at))}/{amount.currency_code}", {})
        share[kind.value] = share.get(kind.value, 0) + 1
        minor = f"{kind.value}_minor"
        share[minor] = share.get(minor, 0) + amount.amount_minor
    return {hour: _bounded(share) for hour, share in sums.items()}


def _bounded(share: Mapping[str, int]) -> dict[str, int]:
    return {name: min(number, _MOST) for name, number in share.items()}


def _forgeries(order: Order, seen_version: int) -> Iterator[Document]:
    """Those that no earlier batch has listed: what was refused once stays so."""
    for entry in order.history:
        if entry.outcome is OutcomeKind.FORGED and entry.version > seen_version:
            yield {
                "_id": _line_id("forged", order.order_id, entry.version),
                "list": BoardList.FORGED.value,
                "at": moment_text(entry.at),
                "order_id": order.order_id,
                "n": entry.version,
                "key": key_fields(entry.key),
            }


def _surpluses(order: Order) -> Iterator[tuple[int, Document]]:
    for position, payment in enumerate(order.payments):
        surplus = surplus_of(order, payment)
        if surplus is not None:
            yield (
                position,
                {
                    "_id": _line_id("surplus", order.order_id, position),
                    "list": BoardList.SURPLUS.value,
                    "at": moment_text(payment.paid_at or UNTOLD),
                    "order_id": order.order_id,
                    "n": position,
                    "key": key_fields(payment.key),
                    "amount": money_fields(surplus),
                },
            )


def _line_id(kind: str, order_id: str, ordinal: int) -> str:
    return f"{kind}/{order_id}/{ordinal}"
