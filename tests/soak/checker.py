"""Decides whether an order stands as it must: by what really happened, and by nothing of ours.

Each function holds one promise and yields what breaks it. An operation whose result is unknown
promises nothing, and forbids nothing: it may have happened or not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.soak.book import WORDS, Complaint, Harm, Order, Payment

View = Mapping[str, Any]
Promise = Callable[[Order, View], Iterator[Complaint]]

_HOLDS = frozenset({"paid", "partiallyCancelled"})
_RANKS = (
    ("partiallyCancelled", "partiallyRefunded"),
    ("paid", "paid"),
    ("cancelled", "refunded"),
    ("awaitingDeposit", "awaitingDeposit"),
)
_NEWS = {
    "success": "order.paid",
    "vbankIssued": "order.awaiting_deposit",
    "failed": "payment.failed",
    "forgery": "payment.forged",
    "duplicatePayment": "payment.surplus",
}


def check_order(order: Order, view: View | None) -> Iterator[Complaint]:
    """What is wrong with an order, `view` being what payproof says of it (None: it has none)."""
    if view is None:
        if order.is_registered:
            yield Complaint(Harm.LOST, f"{order.order_id} was registered, and is not there")
        return
    for promise in PROMISES:
        for complaint in promise(order, view):
            yield Complaint(complaint.harm, f"{order.order_id}: {complaint.what}")


def sale_is_as_it_was_registered(order: Order, view: View) -> Iterator[Complaint]:
    if view["amount"] != str(order.amount):
        yield Complaint(Harm.WRONG, f"costs {view['amount']}, was registered for {order.amount}")


def what_was_promised_is_recorded(order: Order, view: View) -> Iterator[Complaint]:
    """I1: whatever was accepted stands in the record, or was refused aloud."""
    shown = {payment["payment_id"]: payment for payment in view["payments"]}
    for payment in order.payments.values():
        if payment.promised < 0:
            continue
        if payment.is_forged:
            if not any(_entries(view, payment, "forgery")):
                yield Complaint(Harm.LOST, f"the forgery {payment.imp_uid} is not recorded")
            if not any(imp_uid == payment.imp_uid for imp_uid, _ in order.alerts):
                yield Complaint(Harm.LOST, f"nobody was alerted of {payment.imp_uid}")
            continue
        status = None if (found := shown.get(payment.imp_uid)) is None else found["status"]
        told = payment.life[payment.promised]
        if told.status == "opened":
            continue
        if status not in {truth.status for truth in payment.life[payment.promised :]}:
            yield Complaint(Harm.LOST, f"{payment.imp_uid} was {told.status}, stands at {status}")


def only_what_happened_is_recorded(order: Order, view: View) -> Iterator[Complaint]:
    """I2 and I5: what counts is of exactly this order, and was once so at the gateway."""
    for shown in view["payments"]:
        payment = order.payments.get(shown["payment_id"])
        if payment is None or payment.is_forged:
            yield Complaint(Harm.WRONG, f"{shown['payment_id']} counts for it")
            continue
        stand = (shown["status"], shown["amount"], shown["cancelled_amount"])
        lives = {(each.status, str(payment.total), str(each.cancelled)) for each in payment.life}
        if stand not in lives:
            yield Complaint(Harm.WRONG, f"{payment.imp_uid} stands at {stand}, and never was so")


def status_follows_from_payments(_order: Order, view: View) -> Iterator[Complaint]:
    """I3: written anew from the promise, so that a mistake in the product's own table is seen."""
    statuses = {payment["status"] for payment in view["payments"]}
    wanted = next((word for status, word in _RANKS if status in statuses), "pending")
    if view["status"] != wanted:
        yield Complaint(Harm.WRONG, f"is {view['status']}, its payments make it {wanted}")


def history_tells_each_thing_once(order: Order, view: View) -> Iterator[Complaint]:
    """I2 and I6: for each payment the history goes along its life, and nothing comes twice."""
    for payment in order.payments.values():
        if payment.is_forged:
            reasons = [str(entry["discrepancies"]) for entry in _entries(view, payment, "forgery")]
            if len(reasons) > len(set(reasons)):
                yield Complaint(Harm.DOUBLED, f"{payment.imp_uid} is refused twice")
            continue
        place = 0
        for entry in _entries(view, payment):
            word = entry["outcome"]
            while place < len(payment.life) and word not in WORDS[payment.life[place].status]:
                place += 1
            if place == len(payment.life):
                yield Complaint(Harm.DOUBLED, f"{payment.imp_uid} was {word} once more")
                break
            place += 1
    settled = [entry for entry in view["history"] if entry["outcome"] == "success"]
    if len(settled) > 1:
        yield Complaint(Harm.DOUBLED, f"is settled {len(settled)} times")


def shop_was_told_the_history(order: Order, view: View) -> Iterator[Complaint]:
    """I4: one event for each entry, with one id each, in the order of the history."""
    wanted = [
        (type_, entry["payment_id"])
        for entry, type_ in zip(view["history"], _types(view), strict=True)
        if type_ is not None
    ]
    told = [(news.type, news.imp_uid) for news in order.news.values()]
    missing, extra = Counter(wanted) - Counter(told), Counter(told) - Counter(wanted)
    for type_, imp_uid in missing:
        yield Complaint(Harm.LOST, f"the shop was not told {type_} of {imp_uid}")
    for type_, imp_uid in extra:
        harm = Harm.DOUBLED if (type_, imp_uid) in wanted else Harm.WRONG
        yield Complaint(harm, f"the shop was told {type_} of {imp_uid} once too often")
    if not missing and not extra and wanted != told:
        yield Complaint(Harm.WRONG, f"the shop was told {told}, and it was {wanted}")


def news_say_what_was(order: Order, _view: View) -> Iterator[Complaint]:
    """What an event says of the money was once so."""
    for news in order.news.values():
        payment = order.payments.get(news.imp_uid)
        refunded = {0} if payment is None else {0, *(each.cancelled for each in payment.life)}
        if news.amount != order.amount or news.refunded not in refunded:
            yield Complaint(Harm.WRONG, f"{news.type} says {news.amount} less {news.refunded}")


def buyer_was_told_once(order: Order, view: View) -> Iterator[Complaint]:
    """I4: one SMS for an account; none is owed to a buyer who has paid before it went out."""
    numbers = [each.account_number for each in order.payments.values() if each.account_number]
    issued = sum(entry["outcome"] == "vbankIssued" for entry in view["history"])
    was_settled = any(entry["outcome"] == "success" for entry in view["history"])
    if len(order.sms) > issued:
        yield Complaint(Harm.DOUBLED, f"{len(order.sms)} SMS tell {issued} accounts")
    if len(order.sms) < issued and not was_settled:
        yield Complaint(Harm.LOST, "its buyer was not told the account")
    for sms in order.sms:
        if not any(number in sms.text for number in numbers):
            yield Complaint(Harm.WRONG, "its buyer was told another account")


def money_went_back_once(order: Order, view: View) -> Iterator[Complaint]:
    """Each refund that was answered is done, once; one that is unknown may be there or not."""
    done = {refund["refund_id"]: refund for refund in view.get("refunds", ())}
    for asked in order.refunds:
        if asked.refund_id is None:
            continue
        refund = done.get(asked.refund_id)
        if refund is None or refund["status"] != "done":
            state = None if refund is None else refund["status"]
            yield Complaint(Harm.LOST, f"the refund {asked.refund_id} stands at {state}")
        elif refund["amount"] != str(asked.amount):
            yield Complaint(Harm.WRONG, f"{refund['amount']} go back, {asked.amount} were asked")
    if len(done) > len(order.refunds):
        yield Complaint(Harm.DOUBLED, f"{len(done)} refunds, {len(order.refunds)} were asked for")
    for payment in order.payments.values():
        by_shop = [
            int(refund["amount"])
            for refund in view.get("refunds", ())
            if refund["payment_id"] == payment.imp_uid
        ]
        if order.refunds and payment.gave_back != sum(by_shop):
            harm = Harm.DOUBLED if payment.gave_back > sum(by_shop) else Harm.LOST
            yield Complaint(harm, f"{payment.gave_back} went back, asked were {by_shop}")


PROMISES: tuple[Promise, ...] = (
    sale_is_as_it_was_registered,
    what_was_promised_is_recorded,
    only_what_happened_is_recorded,
    status_follows_from_payments,
    history_tells_each_thing_once,
    shop_was_told_the_history,
    news_say_what_was,
    buyer_was_told_once,
    money_went_back_once,
)


def _entries(view: View, payment: Payment, outcome: str | None = None) -> Iterator[Any]:
    """The verdicts on a payment, without the steps of its refunds."""
    for entry in view["history"]:
        is_verdict = not entry["outcome"].startswith("refund")
        if (
            is_verdict
            and entry["payment_id"] == payment.imp_uid
            and outcome in (None, entry["outcome"])
        ):
            yield entry


def _types(view: View) -> Iterator[str | None]:
    """For each entry of the history the event that it makes."""
    last_cancelled: dict[str, int] = {}
    for number, entry in enumerate(view["history"]):
        if entry["outcome"] == "cancelled":
            last_cancelled[entry["payment_id"]] = number
    ends = {payment["payment_id"]: payment["status"] for payment in view["payments"]}
    for number, entry in enumerate(view["history"]):
        if entry["outcome"] != "cancelled":
            yield _NEWS.get(entry["outcome"])
            continue
        is_last = last_cancelled[entry["payment_id"]] == number
        is_whole = is_last and ends.get(entry["payment_id"]) == "cancelled"
        yield "order.refunded" if is_whole else "order.partially_refunded"
