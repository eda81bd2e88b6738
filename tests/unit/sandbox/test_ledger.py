"""The ledger keeps payments in several orders; here each is compared with sorting anew."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from sandbox.machinery.control_fields import IllegalChange
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1.ledger import Ledger
from sandbox.portone_v1.opening import NewPayment
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.windows import SORTINGS, Window

STATUSES = ["ready", "paid", "failed", "cancelled"]
MOMENTS = st.integers(1000, 1020)
WINDOWS = st.builds(
    Window,
    st.sampled_from([*STATUSES, "all"]),
    st.integers(1000, 1010),
    st.integers(1010, 1030),
    st.sampled_from(sorted(SORTINGS)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from(STATUSES), MOMENTS),
        st.tuples(st.sampled_from(["pay", "fail", "cancel"]), st.integers(0, 9), MOMENTS),
        st.tuples(st.just("look"), WINDOWS, st.integers(0, 3)),
    ),
    max_size=40,
)


def ordered(payments: list[Payment], window: Window) -> list[Payment]:
    field = window.sorting.removeprefix("-")
    found = [payment for payment in payments if window.holds(payment)]
    found.sort(
        key=lambda it: (it.updated_at if field == "updated" else it.get(f"{field}_at"), it.serial),
        reverse=window.sorting.startswith("-"),
    )
    return found


def change(ledger: Ledger, payment: Payment, verb: str, now: int) -> None:
    def apply(it: Payment) -> None:
        if verb == "pay":
            changes.pay(it, now)
        elif verb == "fail":
            changes.fail(it, now)
        else:
            changes.cancel(it, now, amount=1, reason="r", new_id=ledger.next_cancellation_id)

    with contextlib.suppress(IllegalChange):
        ledger.change(payment, apply)


@given(STEPS)
def test_every_look_sees_what_sorting_anew_would(steps: list[tuple[str, object, int]]) -> None:
    ledger = Ledger()
    payments: list[Payment] = []

    for verb, subject, number in steps:
        if isinstance(subject, Window):
            rows = ledger.rows(subject, number, number + 3)
            expected = ordered(payments, subject)
            assert list(rows) == expected[number : number + 3]
            assert ledger.count(subject) == len(expected)
        elif isinstance(subject, str):
            new = NewPayment(merchant_uid="order-1", amount=3, status=subject)
            payments.append(ledger.open(new, number))
        elif isinstance(subject, int) and payments:
            change(ledger, payments[subject % len(payments)], verb, number)
    assert len(ledger) == len(payments)
