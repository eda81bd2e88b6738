"""A refund goes forward only, and keeps the account no longer than it needs it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.errors import IllegalTransition, InvalidValue
from domain.money import Currency, Money
from domain.refund import REFUND_MOVES, RefundStatus
from tests.support.factories import NOON, a_refund, a_refund_account, won

AWAITING, REQUESTED, ASKED, DONE, REFUSED = RefundStatus
# In words, apart from the table in the code.
ALLOWED = {
    (AWAITING, REQUESTED),
    (AWAITING, REFUSED),
    (REQUESTED, ASKED),
    (REQUESTED, REFUSED),
    (ASKED, DONE),
    (ASKED, REFUSED),
}
WHEN_ASKED = {"asked_at": NOON, "cancelled_before": won(0)}


@pytest.mark.parametrize("current", RefundStatus)
@pytest.mark.parametrize("wanted", RefundStatus)
def test_every_move_is_legal_or_refused(current: RefundStatus, wanted: RefundStatus) -> None:
    refund = a_refund(status=current)
    if (current, wanted) in ALLOWED:
        assert refund.moved(wanted, **WHEN_ASKED).status is wanted
        return
    with pytest.raises(IllegalTransition, match=f"^{current} -> {wanted} "):
        refund.moved(wanted, **WHEN_ASKED)


def test_the_table_names_every_status() -> None:
    assert set(REFUND_MOVES) == set(RefundStatus)
    assert [each for each in RefundStatus if a_refund(status=each).is_over] == [DONE, REFUSED]


@pytest.mark.parametrize("end", [DONE, REFUSED])
def test_the_account_is_forgotten_at_the_end(end: RefundStatus) -> None:
    refund = a_refund(status=ASKED, account=a_refund_account())

    assert refund.moved(end).account is None
    with pytest.raises(InvalidValue, match=r"^refund_account: "):
        replace(refund.moved(end), account=a_refund_account())


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"amount": won(0)}),
        ("reason", {"reason": ""}),
        ("reason", {"reason": "x" * 201}),
        ("reason", {"reason": "two\nlines"}),
        ("operator", {"operator": "a\x1b[2Jb"}),
        ("requested_at", {"requested_at": datetime(2026, 3, 2)}),  # noqa: DTZ001 - the offence
        ("asked_at", {"status": ASKED, "asked_at": None}),
        ("asked_at", {"status": DONE, "cancelled_before": None}),
        ("asked_at", {"asked_at": datetime(2026, 3, 2)}),  # noqa: DTZ001 - the offence
        (
            "currency",
            {"status": ASKED, "cancelled_before": Money.zero(Currency("USD"))},
        ),
    ],
)
def test_a_refund_that_cannot_be_is_refused(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        a_refund(**changes)


@pytest.mark.parametrize("field", ["bank_code", "number", "holder", "phone"])
@pytest.mark.parametrize("text", ["", "x" * 100, "a\tb"])
def test_an_account_that_cannot_be_is_refused(field: str, text: str) -> None:
    with pytest.raises(InvalidValue, match=f"^refund_account.{field}: "):
        a_refund_account(**{field: text})


def test_no_print_of_a_refund_shows_the_account() -> None:
    account = a_refund_account()
    shown = repr(a_refund(account=account)) + repr(account)

    for secret in (account.number, account.holder, account.phone):
        assert str(secret) not in shown


def test_the_digest_tells_every_step_apart_and_knows_no_account() -> None:
    steps = [a_refund(status=each) for each in RefundStatus]

    assert len({each.digest for each in steps}) == len(steps)
    assert a_refund(account=a_refund_account()).digest == a_refund().digest
    assert a_refund(operator="kim").digest != a_refund().digest
