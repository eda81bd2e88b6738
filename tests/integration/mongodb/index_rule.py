"""Which index answers a command, and how much of it is read: MongoDB's own rule, without a server.

An index answers a question whose fields come in the order equality, sort, range; the same on every
server, and on a stand-in that keeps no such index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Command = Mapping[str, Any]
Order = Sequence[tuple[str, int]]
# By name, the fields of each index of a collection, and which way each goes.
Indexes = Mapping[str, Order]

BY_ID: Indexes = {"_id_": [("_id", 1)]}
# What an index on fields within a list finds has no order of its own.
_LISTS = ("tasks", "payments", "history", "bound")
_BOUNDS = {"$gt", "$gte", "$lt", "$lte"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command asks for; `limit` is 0 if it is for all there is."""

    query: Mapping[str, Any]
    order: Order
    limit: int
    hint: str | None


def asked_by(command: Command) -> Asked:
    """What a `find`, or an `aggregate` that begins with a match, asks its collection for."""
    if "find" in command:
        return Asked(
            query=command.get("filter", {}),
            order=list(command.get("sort", {}).items()),
            limit=command.get("limit", 0),
            hint=command.get("hint"),
        )
    first, second, *_ = command["pipeline"]
    return Asked(
        query=first["$match"], order=[], limit=second.get("$limit", 0), hint=command.get("hint")
    )


def serving_index(asked: Asked, indexes: Indexes) -> str | None:
    """The index that finds what is asked for and hands it out in order, without a scan or a sort.

    Its leading fields are those compared for equality; the rest must come in the order's way.
    """
    query = _within_lists(asked.query)
    for name, key in indexes.items():
        if asked.hint not in (None, name) or key[0][0] not in query:
            continue
        if _gives_order(key, query, asked.order):
            return name
    return None


def reads_no_more_than_asked(asked: Asked, indexes: Indexes) -> bool:
    """Whether some index leads to what is asked for, and to nothing that is thrown away again.

    Then the limit bounds what the server reads, however much is stored.
    """
    return any(
        _reads_no_more(asked, key) for name, key in indexes.items() if asked.hint in (None, name)
    )


def _reads_no_more(asked: Asked, key: Order) -> bool:
    query = _within_lists(asked.query)
    fields = [field for field, _ in key]
    led = fields[: _fixed(key, query) + _is_among(key, query)]
    following = fields[len(led) : len(led) + 1]
    led += [field for field in following if _is_range(query.get(field))]
    left = query.keys() - set(led)
    if "$or" in left and _settles_ties(query, led):
        left -= {"$or"}
    # A few ids are as good as a limit.
    is_bounded = asked.limit > 0 or (led == ["_id"] and not _is_range(query["_id"]))
    is_reached = bool(led) or (not query and bool(asked.order))
    return is_reached and not left and is_bounded and _gives_order(key, query, asked.order)


def _gives_order(key: Order, query: Mapping[str, Any], order: Order) -> bool:
    if order and key[0][0].partition(".")[0] in _LISTS:
        return False
    is_among = _is_among(key, query)
    # `$in` over a few values is as many ordered scans, merged.
    rest = list(key[_fixed(key, query) + is_among :][: len(order)])
    # An index is walked either way, but merged scans go forwards.
    return rest == list(order) or (
        not is_among and [(field, -way) for field, way in rest] == list(order)
    )


def _fixed(key: Order, query: Mapping[str, Any]) -> int:
    fixed = 0
    while fixed < len(key) and not isinstance(query.get(key[fixed][0], {}), dict):
        fixed += 1
    return fixed


def _is_among(key: Order, query: Mapping[str, Any]) -> bool:
    fixed = _fixed(key, query)
    return fixed < len(key) and "$in" in query.get(key[fixed][0], {})


def _is_range(wanted: object) -> bool:
    if isinstance(wanted, dict) and wanted.keys() == {"$not"}:
        return _is_range(wanted["$not"])
    return isinstance(wanted, dict) and bool(wanted) and wanted.keys() <= _BOUNDS


def _settles_ties(query: Mapping[str, Any], led: Sequence[str]) -> bool:
    """Whether the `$or` only throws away what lies at the very bound of the range.

    `{at: {$lte: x}, $or: [{at: {$lt: x}}, ...]}`: all that is truly before fulfils it.
    """
    field = led[-1] if led else ""
    wanted = query.get(field, {})
    bound = wanted.get("$lte") if isinstance(wanted, dict) else None
    return bound is not None and {field: {"$lt": bound}} in query["$or"]


def _within_lists(query: Mapping[str, Any]) -> dict[str, Any]:
    """What one and the same element of a list has to fulfil, an index on its fields answers."""
    named: dict[str, Any] = {}
    for field, wanted in query.items():
        within = wanted.get("$elemMatch") if isinstance(wanted, dict) else None
        named |= (
            {field: wanted} if within is None else {f"{field}.{k}": v for k, v in within.items()}
        )
    return named
