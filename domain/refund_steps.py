"""The steps of a refund: each makes a new version of its order, with an entry in the history."""

from dataclasses import replace
from datetime import datetime

from domain.errors import InvalidValue
from domain.history_chain import linked_on
from domain.money import Money
from domain.order import HistoryEntry, Order, Trigger
from domain.refund import Refund, RefundStatus, RefundStep


def requested(order: Order, refund: Refund, now: datetime, trigger: Trigger) -> Order:
    """The order with one refund more, which waits to be approved or to be asked for."""
    grown = replace(order, refunds=(*order.refunds, refund))
    return _written_down(grown, refund, RefundStep.REFUND_REQUESTED, now, trigger)


def approved(order: Order, refund_id: str, now: datetime, operator: str, trigger: Trigger) -> Order:
    """A person has let it go on."""
    refund = _found(order, refund_id).moved(RefundStatus.REQUESTED, operator=operator)
    return _put(order, refund, RefundStep.REFUND_APPROVED, now, trigger)


def asked(order: Order, refund_id: str, now: datetime, cancelled: Money) -> Order:
    """The gateway is about to be asked; `cancelled` is what the payment had given back by now."""
    refund = _found(order, refund_id).moved(
        RefundStatus.ASKED, asked_at=now, cancelled_before=cancelled
    )
    return _put(order, refund, RefundStep.REFUND_ASKED, now, Trigger.REFUND)


def done(order: Order, refund_id: str, now: datetime) -> Order:
    """The money was given back."""
    refund = _found(order, refund_id).moved(RefundStatus.DONE)
    return _put(order, refund, RefundStep.REFUND_DONE, now, Trigger.REFUND)


def refused(
    order: Order,
    refund_id: str,
    now: datetime,
    why: str,
    trigger: Trigger,
    operator: str | None = None,
) -> Order:
    """It will not be given back, and why: one of our words, or the gateway's sentence."""
    found = _found(order, refund_id)
    refund = found.moved(
        RefundStatus.REFUSED, refused_because=str(why), operator=operator or found.operator
    )
    return _put(order, refund, RefundStep.REFUND_REFUSED, now, trigger)


def _found(order: Order, refund_id: str) -> Refund:
    refund = order.refund(refund_id)
    if refund is None:
        raise InvalidValue("refund_id", "is not a refund of this order")
    return refund


def _put(order: Order, refund: Refund, step: RefundStep, now: datetime, trigger: Trigger) -> Order:
    refunds = tuple(
        refund if each.refund_id == refund.refund_id else each for each in order.refunds
    )
    return _written_down(replace(order, refunds=refunds), refund, step, now, trigger)


def _written_down(
    order: Order, refund: Refund, step: RefundStep, now: datetime, trigger: Trigger
) -> Order:
    entry = HistoryEntry(
        version=order.version + 1,
        at=now,
        trigger=trigger,
        outcome=step,
        key=refund.key,
        evidence=refund.digest,
        refund_id=refund.refund_id,
    )
    return linked_on(order, entry)
