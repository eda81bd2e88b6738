"""Documents and domain, both ways, and what is refused."""

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mongodb.documents import (
    SCHEMA,
    bindings,
    order_fields,
    own_binding,
    read_order,
    read_task,
    task_fields,
)
from adapters.mongodb.stored_fields import StoredFields
from adapters.mongodb.task_ledger import MAX_TASKS, appending
from domain.history import MAX_HISTORY, MAX_PAYMENTS
from domain.money import MAX_AMOUNT_MINOR, Currency, UnreadableAmount
from domain.order import Order
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import PaymentStatus
from domain.tasks import Task
from ports.errors import RecordCorrupt
from tests.support.factories import (
    ORDER_ID,
    a_key,
    a_payment,
    a_task,
    an_entry,
    an_order,
    evidence,
    won,
)
from tests.support.strategies import evolutions, orders, payment_keys

SETTLED = an_order(
    version=2,
    payments=(
        a_payment(),
        a_payment(status=PaymentStatus.AWAITING_DEPOSIT, key=a_key("imp_waits")),
    ),
    settled_by=a_key(),
    history=(
        an_entry(),
        an_entry(
            version=2,
            outcome=OutcomeKind.FORGED,
            discrepancies=(Discrepancy(field="amount", expected="1000", actual="1"),),
        ),
    ),
)


def stored(order: Order) -> dict[str, Any]:
    """The document as the database gives it back."""
    document = {"_id": order.order_id, **order_fields(order), "bound": bindings(order)}
    return bson.decode(bson.encode(document))


@given(st.data())
def test_any_order_comes_back_as_it_was(data: st.DataObject) -> None:
    fresh = data.draw(orders())
    payments = data.draw(evolutions(fresh, data.draw(payment_keys())))
    entries = tuple(
        an_entry(version=number, key=payment.key, evidence=payment.evidence)
        for number, payment in enumerate(payments, start=1)
    )
    order = replace(fresh, version=len(entries), payments=(payments[-1],), history=entries)

    assert read_order(stored(order)) == order


def test_an_amount_that_was_unreadable_comes_back() -> None:
    odd = UnreadableAmount(number="14.205", currency_code="USD")
    payment = a_payment(status=PaymentStatus.UNKNOWN, total=odd, cancelled=odd, paid_at=None)
    order = an_order(version=1, payments=(payment,), history=(an_entry(),))

    assert read_order(stored(order)) == order


def test_the_largest_amount_keeps_its_type() -> None:
    order = an_order(amount=replace(won(1), amount_minor=MAX_AMOUNT_MINOR))

    assert type(read_order(stored(order)).amount.amount_minor) is int


def test_no_binding_of_an_order_can_be_a_payment() -> None:
    assert "/" not in own_binding("a:b")
    assert "/" in str(a_key())


def test_a_document_from_another_version_is_refused() -> None:
    document = stored(SETTLED) | {"schema": SCHEMA + 1}

    with pytest.raises(RecordCorrupt) as refusal:
        read_order(document)

    assert (refusal.value.order_id, refusal.value.field) == (ORDER_ID, "schema")


def test_a_document_of_the_second_schema_has_no_refunds() -> None:
    document = stored(SETTLED) | {"schema": 2}
    for part in (document, *document["history"]):
        part.pop("refunds", None)
        part.pop("refund_id", None)
    del document["awaits_approval"]

    assert read_order(document) == SETTLED


def test_a_document_of_the_first_schema_has_no_chain() -> None:
    document = stored(SETTLED) | {"schema": 1}
    del document["head_hash"], document["refunds"]
    for entry in document["history"]:
        for name in ("payment_status", "rule_version", "record_hash", "previous_hash"):
            del entry[name]

    assert read_order(document) == SETTLED


TAMPERED: list[tuple[str, object, str]] = [
    ("schema", "1", "schema"),
    ("refunds", None, "refunds"),
    ("version", None, "version"),
    ("version", True, "version"),
    ("version", 1.0, "version"),
    ("status", "stolen", "status"),
    ("amount", 1000, "amount"),
    ("amount.amount_minor", 10.5, "amount.amount_minor"),
    ("amount.amount_minor", -1, "amount"),
    ("amount.currency", "WON", "currency"),
    ("client_token", 5, "client_token"),
    ("created_at", "yesterday", "created_at"),
    ("created_at", "2026-01-01T00:00:00", "created_at"),
    ("name", "", "name"),
    ("customer", [], "customer"),
    ("customer.phone", "call me", "customer.phone"),
    ("settled_by.payment_id", "imp_other", "settled_by"),
    ("settled_by.gateway", "No Gateway", "gateway"),
    ("payments", None, "payments"),
    ("payments.0", 7, "payments.0"),
    ("payments.0.status", "paidish", "payments.0.status"),
    ("payments.0.cancelled.amount_minor", 1, "cancelled"),
    ("payments.1.virtual_account", None, "virtual_account"),
    ("payments.1.virtual_account.number", 5, "payments.1.virtual_account.number"),
    ("history.0.at", 0, "history.0.at"),
    ("history.1.discrepancies.0.actual", None, "history.1.discrepancies.0.actual"),
    ("history.0.payment_status", "paidish", "history.0.payment_status"),
    ("history.0.rule_version", "1", "history.0.rule_version"),
    ("history.0.previous_hash", 0, "history.0.previous_hash"),
    ("history.0.record_hash", True, "history.0.record_hash"),
    ("head_hash", 1, "head_hash"),
]


@pytest.mark.parametrize(("path", "value", "field"), TAMPERED)
def test_a_tampered_document_is_refused_by_order_and_field(
    path: str, value: object, field: str
) -> None:
    document = stored(SETTLED)
    spoil(document, path, value)

    with pytest.raises(RecordCorrupt) as refusal:
        read_order(document)

    assert (refusal.value.order_id, refusal.value.field) == (ORDER_ID, field)
    assert refusal.value.code == "recordCorrupt"


def spoil(document: Any, path: str, value: object) -> None:
    *parents, last = [int(name) if name.isdigit() else name for name in path.split(".")]
    for name in parents:
        document = document[name]
    document[last] = value


@given(st.data())
def test_whatever_is_put_in_place_of_a_field_nothing_else_is_raised(data: st.DataObject) -> None:
    document = deepcopy(stored(SETTLED))
    paths = sorted(paths_in(document))
    junk: st.SearchStrategy[object] = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({})
    )
    spoil(document, data.draw(st.sampled_from(paths)), data.draw(junk))

    with suppress(RecordCorrupt):
        read_order(document)


def paths_in(value: object, path: str = "") -> list[str]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found = [path] if path else []
    for name, inner in items:
        found += paths_in(inner, f"{path}.{name}".strip("."))
    return found


def test_an_id_that_is_none_is_not_repeated() -> None:
    with pytest.raises(RecordCorrupt) as refusal:
        read_order(stored(SETTLED) | {"_id": "<script>"})

    assert refusal.value.order_id == "unreadable"


@pytest.mark.parametrize(
    "change",
    [
        {"task_id": "recheck/other"},
        {"kind": "dance"},
        {"due_at": "soon"},
        {"key": None},
        {"key": {"gateway": "UPPER", "payment_id": "imp_1"}},
    ],
)
def test_a_tampered_task_is_refused(change: dict[str, object]) -> None:
    fields = StoredFields(task_fields(a_task()) | change, ORDER_ID)

    with pytest.raises(RecordCorrupt):
        read_task(fields, ORDER_ID)


def test_the_largest_document_is_far_below_the_limit_of_mongodb() -> None:
    long_key = a_key("p" * 190)
    payments = tuple(
        a_payment(
            status=PaymentStatus.AWAITING_DEPOSIT,
            key=replace(long_key, payment_id=f"{long_key.payment_id}{number}"),
            receipt_url="https://example.test/" + "r" * 480,
            failure_reason="가" * 200,
        )
        for number in range(MAX_PAYMENTS)
    )
    entries = tuple(
        an_entry(
            version=number,
            key=long_key,
            evidence=evidence(str(number)),
            payment_status=PaymentStatus.PARTIALLY_CANCELLED,
            rule_version=1,
            record_hash=evidence("record"),
            previous_hash=evidence("before"),
            discrepancies=tuple(
                Discrepancy(field=field, expected="가" * 200, actual="나" * 200)
                for field in ("order_id", "currency", "amount", "mode", "merchant_account")
            ),
        )
        for number in range(MAX_HISTORY)
    )
    tasks: list[Task] = [
        replace(a_task(key=long_key, order_id="o" * 40), detail=f"{n:064}")
        for n in range(MAX_TASKS)
    ]
    order = an_order(order_id="o" * 40, payments=payments, history=entries)

    size = len(bson.encode(stored(order) | {"tasks": appending(tasks)["$push"]["tasks"]["$each"]}))

    assert 1_000_000 < size < 16 * 1024 * 1024 / 3


def test_every_currency_comes_back() -> None:
    order = an_order(amount=replace(won(1), currency=Currency("KWD")))

    assert read_order(stored(order)).amount == order.amount
