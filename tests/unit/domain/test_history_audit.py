"""Whatever is changed by hand in a stored order, the first place that does not fit is named."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.history_audit import Break, Flaw, first_break, hash_as_of, unchained_entries
from domain.history_chain import begun, entry_hash, linked_on, root_hash
from domain.order import HistoryEntry, Order, OrderStatus, Trigger
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import PaymentStatus
from tests.support.factories import NOON, a_key, a_payment, an_entry, an_order, evidence, won


def grown(order: Order, entries: int) -> Order:
    """The order with so many linked entries more, a second apart."""
    for _ in range(entries):
        version = order.version + 1
        entry = an_entry(
            version=version,
            at=NOON + timedelta(seconds=version),
            evidence=evidence(str(version)),
            discrepancies=(Discrepancy(field="amount", expected="1000", actual="1"),),
            payment_status=PaymentStatus.PAID,
            rule_version=1,
        )
        order = linked_on(replace(order, payments=(a_payment(),)), entry)
    return order


CHAINED = grown(begun(an_order()), 4)
OLD = an_order(version=2, history=(an_entry(), an_entry(version=2, evidence=evidence("2"))))
CONTINUED = grown(OLD, 2)
OTHER = evidence("another")
ANOTHER: dict[str, Any] = {
    "at": NOON,
    "trigger": Trigger.CLI,
    "outcome": OutcomeKind.SURPLUS,
    "key": a_key("imp_2"),
    "evidence": OTHER,
    "discrepancies": (),
    "payment_status": PaymentStatus.FAILED,
    "rule_version": 2,
    "record_hash": OTHER,
    "refund_id": "rf-another",
}


def changed(order: Order, version: int, /, **changes: Any) -> Order:
    entries = [
        replace(entry, **changes) if entry.version == version else entry for entry in order.history
    ]
    return replace(order, history=tuple(entries))


def without(order: Order, *versions: int) -> Order:
    kept = tuple(entry for entry in order.history if entry.version not in versions)
    return replace(order, history=kept)


@pytest.mark.parametrize(
    ("order", "unchained"),
    [
        (begun(an_order()), 0),
        (CHAINED, 0),
        (an_order(), 0),
        (OLD, 2),
        (CONTINUED, 2),
        (grown(an_order(), 1), 0),
    ],
    ids=["new", "chained", "old and new", "old", "continued", "old, begun with its first entry"],
)
def test_what_nobody_touched_holds(order: Order, unchained: int) -> None:
    assert first_break(order) is None
    assert unchained_entries(order) == unchained


def test_every_field_of_an_entry_is_tried() -> None:
    assert {*ANOTHER, "version", "previous_hash"} == {each.name for each in fields(HistoryEntry)}


@pytest.mark.parametrize("version", [1, 2, 3, 4])
@pytest.mark.parametrize("field", ANOTHER)
def test_a_changed_entry_is_named(version: int, field: str) -> None:
    spoilt = changed(CHAINED, version, **{field: ANOTHER[field]})

    assert first_break(spoilt) == Break(version=version, flaw=Flaw.CONTENT)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_changed_link_is_named_and_not_the_entry_that_it_leads_to(version: int) -> None:
    spoilt = changed(CHAINED, version, previous_hash=OTHER)

    assert first_break(spoilt) == Break(version=version, flaw=Flaw.LINK)


SPOILT: dict[str, tuple[Order, int, Flaw]] = {
    "amount": (replace(CHAINED, amount=won(1)), 0, Flaw.SALE),
    "amount, before anybody paid": (replace(begun(an_order()), amount=won(1)), 0, Flaw.SALE),
    "amount, by who knows of the first link": (
        changed(
            replace(CHAINED, amount=won(1)),
            1,
            previous_hash=root_hash(replace(CHAINED, amount=won(1))),
        ),
        1,
        Flaw.CONTENT,
    ),
    "amount of an old order": (replace(CONTINUED, amount=won(1)), 0, Flaw.SALE),
    "an entry from before the chain": (changed(CONTINUED, 1, evidence=OTHER), 0, Flaw.SALE),
    "head": (replace(CHAINED, head_hash=OTHER), 4, Flaw.CONTENT),
    "head, removed": (replace(CHAINED, head_hash=None), 4, Flaw.HEAD),
    "status": (replace(CHAINED, status=OrderStatus.PAID), 4, Flaw.RECORD),
    "settler": (replace(CHAINED, settled_by=a_key()), 4, Flaw.RECORD),
    "payment": (replace(CHAINED, payments=(a_payment(total=won(1)),)), 4, Flaw.RECORD),
    "payment, removed": (replace(CHAINED, payments=()), 4, Flaw.RECORD),
    "version": (replace(CHAINED, version=5), 5, Flaw.GAP),
    "version, back": (replace(CHAINED, version=2), 3, Flaw.GAP),
    "first entry gone": (without(CHAINED, 1), 1, Flaw.GAP),
    "an entry gone": (without(CHAINED, 3), 3, Flaw.GAP),
    "last entry gone": (without(CHAINED, 4), 4, Flaw.GAP),
    "last entry gone, and its version": (replace(without(CHAINED, 4), version=3), 3, Flaw.CONTENT),
    "all gone": (replace(CHAINED, history=()), 1, Flaw.GAP),
    "all gone, and the version": (replace(CHAINED, history=(), version=0), 0, Flaw.SALE),
    "order of entries": (replace(CHAINED, history=CHAINED.history[::-1]), 1, Flaw.GAP),
    "a version": (changed(CHAINED, 2, version=7), 2, Flaw.GAP),
    "first link gone": (changed(CHAINED, 1, previous_hash=None), 1, Flaw.UNLINKED),
    "a link gone": (changed(CHAINED, 3, previous_hash=None), 3, Flaw.UNLINKED),
    "last link gone": (changed(CHAINED, 4, previous_hash=None), 4, Flaw.UNLINKED),
    "only link gone": (changed(grown(OLD, 1), 3, previous_hash=None), 1, Flaw.UNLINKED),
    "first entry made to look old": (
        changed(CHAINED, 1, previous_hash=None, record_hash=None),
        0,
        Flaw.SALE,
    ),
    "two entries": (
        changed(changed(CHAINED, 2, evidence=OTHER), 4, evidence=OTHER),
        2,
        Flaw.CONTENT,
    ),
    "two entries side by side": (
        changed(changed(CHAINED, 2, evidence=OTHER), 3, evidence=OTHER),
        2,
        Flaw.CONTENT,
    ),
}


@pytest.mark.parametrize(("spoilt", "version", "flaw"), SPOILT.values(), ids=SPOILT.keys())
def test_the_first_place_that_does_not_fit_is_named(
    spoilt: Order, version: int, flaw: Flaw
) -> None:
    assert first_break(spoilt) == Break(version=version, flaw=flaw)


def test_a_break_stays_named_however_the_order_goes_on() -> None:
    spoilt = changed(CHAINED, 4, evidence=OTHER)

    assert first_break(grown(spoilt, 3)) == Break(version=4, flaw=Flaw.CONTENT)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, None),
        (0, root_hash(CHAINED)),
        (1, entry_hash(CHAINED.history[0])),
        (2.5, entry_hash(CHAINED.history[1])),
        (9, CHAINED.head_hash),
    ],
)
def test_the_hash_of_a_moment(seconds: float, expected: str | None) -> None:
    assert hash_as_of(CHAINED, NOON + timedelta(seconds=seconds)) == expected


@given(st.sampled_from([begun(an_order()), an_order(), OLD]), st.integers(0, 4), st.integers(0, 4))
def test_what_comes_later_changes_no_hash_of_the_past(order: Order, now: int, more: int) -> None:
    then = grown(order, now)
    moment = NOON + timedelta(seconds=then.version)

    assert hash_as_of(grown(then, more), moment) == hash_as_of(then, moment)


def _rewritten(order: Order) -> Order:
    """What somebody makes who can change everything, and knows how the chain is made."""
    clean = replace(order, amount=won(1), version=0, payments=(), history=(), head_hash=None)
    return grown(begun(clean), order.version)


@pytest.mark.parametrize(
    "rewrite",
    [
        _rewritten,
        lambda order: changed(order, 2, evidence=OTHER),
        lambda order: replace(order, amount=won(1), history=()),
    ],
    ids=["all", "an entry", "the sale"],
)
def test_a_past_that_was_rewritten_has_another_hash(rewrite: Callable[[Order], Order]) -> None:
    moment = NOON + timedelta(seconds=2)

    assert hash_as_of(rewrite(CHAINED), moment) != hash_as_of(CHAINED, moment)


def test_no_chain_within_one_database_shows_that_all_of_it_was_rewritten() -> None:
    assert first_break(_rewritten(CHAINED)) is None
