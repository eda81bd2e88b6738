"""The checker sees: each planted defect turns a log that was in order red, for its own reason."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.soak.book import Harm, News, Order, Payment, RefundAsked, Sms, Truth
from tests.soak.checker import check_order

Log = tuple[Order, dict[str, Any]]
Defect = Callable[[Order, dict[str, Any]], None]


def entry(outcome: str, payment_id: str = "imp_1", **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "payment_id": payment_id, "discrepancies": [], **more}


def a_deposit_refunded_in_part() -> Log:
    """An account was issued, told and paid, and 300 of 1,000 went back; a forgery was refused."""
    payment = Payment(imp_uid="imp_1", total=1000, account_number="X1", gave_back=300)
    payment.life = [
        Truth("awaitingDeposit"),
        Truth("paid"),
        Truth("partiallyCancelled", 300),
    ]
    payment.certain = payment.promised = 1
    forged = Payment(imp_uid="imp_2", total=7, is_forged=True, life=[Truth("paid")], promised=0)
    order = Order(order_id="order-1", amount=1000, phone="010-2000-0001", is_registered=True)
    order.payments = {"imp_1": payment, "imp_2": forged}
    order.refunds = [
        RefundAsked(idempotency_key="a", imp_uid="imp_1", amount=300, refund_id="rf-1")
    ]
    order.sms = [Sms("01020000001", "계좌번호: X1")]
    order.alerts = {("imp_2", "forged")}
    order.news = {
        "evt_1": News("order.awaiting_deposit", "imp_1", 0, 1000),
        "evt_2": News("payment.forged", "imp_2", 0, 1000),
        "evt_3": News("order.paid", "imp_1", 0, 1000),
        "evt_4": News("order.partially_refunded", "imp_1", 300, 1000),
    }
    view = {
        "status": "partiallyRefunded",
        "amount": "1000",
        "payments": [
            {
                "payment_id": "imp_1",
                "status": "partiallyCancelled",
                "amount": "1000",
                "cancelled_amount": "300",
            }
        ],
        "history": [
            entry("vbankIssued"),
            entry("forgery", "imp_2", discrepancies=[{"field": "amount"}]),
            entry("success"),
            entry("refundRequested"),
            entry("refundAsked"),
            entry("refundDone"),
            entry("cancelled"),
        ],
        "refunds": [
            {"refund_id": "rf-1", "payment_id": "imp_1", "status": "done", "amount": "300"}
        ],
    }
    return order, view


def test_a_log_in_order_is_not_blamed() -> None:
    order, view = a_deposit_refunded_in_part()

    assert list(check_order(order, view)) == []


def test_a_registered_order_must_be_there() -> None:
    order, _ = a_deposit_refunded_in_part()

    [complaint] = check_order(order, None)

    assert complaint.harm is Harm.LOST


def test_what_is_unknown_may_have_happened_or_not() -> None:
    order, view = a_deposit_refunded_in_part()
    order.payments["imp_1"].promised = order.payments["imp_2"].promised = -1
    order.refunds[0].refund_id = None
    order.payments["imp_1"].gave_back = 0
    order.news.clear()
    order.sms.clear()
    order.alerts.clear()
    never_happened = view | {"status": "pending", "payments": [], "history": [], "refunds": []}
    order_unknown = Order(order_id="order-2", amount=1, phone="010-2000-0002")

    assert list(check_order(order, never_happened)) == []
    assert list(check_order(order_unknown, None)) == []


def set_in(path: str, value: object) -> Defect:
    """Doctors one place of what payproof says, named like `payments.0.status`."""

    def doctor(_order: Order, view: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        place: Any = view
        for name in parents:
            place = place[int(name) if name.isdigit() else name]
        place[last] = value

    return doctor


def event_missing(order: Order, _view: dict[str, Any]) -> None:
    del order.news["evt_3"]


def event_under_two_ids(order: Order, _view: dict[str, Any]) -> None:
    order.news["evt_5"] = order.news["evt_3"]


def event_of_what_never_was(order: Order, _view: dict[str, Any]) -> None:
    order.news["evt_5"] = News("order.expired", "imp_1", 0, 1000)


def events_in_another_order(order: Order, _view: dict[str, Any]) -> None:
    order.news = dict(reversed(order.news.items()))


def event_of_another_amount(order: Order, _view: dict[str, Any]) -> None:
    order.news["evt_4"] = News("order.partially_refunded", "imp_1", 301, 1000)


def sms_twice(order: Order, _view: dict[str, Any]) -> None:
    order.sms *= 2


def sms_with_another_account(order: Order, _view: dict[str, Any]) -> None:
    order.sms = [Sms("01020000001", "계좌번호: X2")]


def sms_missing(order: Order, view: dict[str, Any]) -> None:
    """And nobody had paid."""
    order.sms.clear()
    order.refunds.clear()
    order.news = {key: order.news[key] for key in ("evt_1", "evt_2")}
    payment = order.payments["imp_1"]
    payment.life, payment.promised, payment.gave_back = [Truth("awaitingDeposit")], 0, 0
    view["status"] = "awaitingDeposit"
    view["payments"][0] |= {"status": "awaitingDeposit", "cancelled_amount": "0"}
    view["history"] = view["history"][:2]
    view["refunds"] = []


def operator_not_alerted(order: Order, _view: dict[str, Any]) -> None:
    order.alerts.clear()


def forgery_dropped(order: Order, view: dict[str, Any]) -> None:
    del view["history"][1]
    del order.news["evt_2"]


def forgery_recorded_twice(order: Order, view: dict[str, Any]) -> None:
    view["history"].insert(1, view["history"][1])
    order.news = {
        "evt_1": order.news["evt_1"],
        "evt_0": order.news["evt_2"],
        "evt_2": order.news["evt_2"],
        "evt_3": order.news["evt_3"],
        "evt_4": order.news["evt_4"],
    }


def forgery_counts(_order: Order, view: dict[str, Any]) -> None:
    view["payments"].append(view["payments"][0] | {"payment_id": "imp_2"})


def payment_dropped(_order: Order, view: dict[str, Any]) -> None:
    view["payments"].clear()


def settled_twice(order: Order, view: dict[str, Any]) -> None:
    view["history"].insert(3, entry("success"))
    order.news = {
        "evt_1": order.news["evt_1"],
        "evt_2": order.news["evt_2"],
        "evt_3": order.news["evt_3"],
        "evt_5": order.news["evt_3"],
        "evt_4": order.news["evt_4"],
    }


def older_than_promised(order: Order, view: dict[str, Any]) -> None:
    """The record went back to what it was before somebody was told more."""
    view["payments"][0] |= {"status": "awaitingDeposit", "cancelled_amount": "0"}


def money_back_twice(order: Order, _view: dict[str, Any]) -> None:
    order.payments["imp_1"].gave_back = 600


def money_never_back(order: Order, _view: dict[str, Any]) -> None:
    order.payments["imp_1"].gave_back = 0


def refund_twice(_order: Order, view: dict[str, Any]) -> None:
    view["refunds"].append(view["refunds"][0] | {"refund_id": "rf-2"})


def refund_dropped(_order: Order, view: dict[str, Any]) -> None:
    view["refunds"].clear()


DEFECTS: dict[str, tuple[Defect, Harm]] = {
    "the amount of the sale has changed": (set_in("amount", "999"), Harm.WRONG),
    "the status does not follow": (set_in("status", "paid"), Harm.WRONG),
    "another amount was paid": (set_in("payments.0.amount", "999"), Harm.WRONG),
    "another amount went back": (set_in("payments.0.cancelled_amount", "1"), Harm.WRONG),
    "another status than ever": (set_in("payments.0.status", "cancelled"), Harm.WRONG),
    "the payment is dropped": (payment_dropped, Harm.LOST),
    "the record is older than promised": (older_than_promised, Harm.LOST),
    "settled twice": (settled_twice, Harm.DOUBLED),
    "an event is missing": (event_missing, Harm.LOST),
    "an event has two ids": (event_under_two_ids, Harm.DOUBLED),
    "an event of what never was": (event_of_what_never_was, Harm.WRONG),
    "events in another order": (events_in_another_order, Harm.WRONG),
    "an event says another amount": (event_of_another_amount, Harm.WRONG),
    "two SMS": (sms_twice, Harm.DOUBLED),
    "no SMS": (sms_missing, Harm.LOST),
    "an SMS with another account": (sms_with_another_account, Harm.WRONG),
    "nobody is alerted": (operator_not_alerted, Harm.LOST),
    "a forgery is not recorded": (forgery_dropped, Harm.LOST),
    "a forgery is recorded twice": (forgery_recorded_twice, Harm.DOUBLED),
    "a forgery counts": (forgery_counts, Harm.WRONG),
    "money goes back twice": (money_back_twice, Harm.DOUBLED),
    "money never goes back": (money_never_back, Harm.LOST),
    "a refund is recorded twice": (refund_twice, Harm.DOUBLED),
    "a refund is dropped": (refund_dropped, Harm.LOST),
    "a refund is not done": (set_in("refunds.0.status", "asked"), Harm.LOST),
    "a refund of another amount": (set_in("refunds.0.amount", "301"), Harm.WRONG),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_seen(name: str) -> None:
    defect, harm = DEFECTS[name]
    order, view = copy.deepcopy(a_deposit_refunded_in_part())

    defect(order, view)

    assert harm in {complaint.harm for complaint in check_order(order, view)}
