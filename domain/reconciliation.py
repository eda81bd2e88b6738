"""The differences between a gateway's record and ours, each by its name."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.errors import InvalidValue
from domain.money import parse_number
from domain.order import Order
from domain.outcome import Discrepancy
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.verification import compare


class DifferenceKind(StrEnum):
    """What a difference is called in reports. `here` is our record, `there` the gateway's."""

    MISSING_HERE = "missingHere"
    MISSING_HERE_WITHOUT_ORDER = "missingHereWithoutOrder"
    PAID_HERE_NOT_THERE = "paidHereNotThere"
    UNKNOWN_THERE = "unknownThere"
    OVER = "over"
    UNDER = "under"
    CURRENCY = "currency"
    TEST_MODE = "testMode"
    OTHER_ORDER = "otherOrder"
    OTHER_ACCOUNT = "otherAccount"
    SURPLUS = "surplus"
    REFUNDED_THERE = "refundedThere"
    ACCOUNT_EXPIRED = "accountExpired"
    DEPOSIT_LATE = "depositLate"
    OTHER_NEWS = "otherNews"
    CONTRADICTION = "contradiction"
    UNREADABLE_THERE = "unreadableThere"
    UNREADABLE_HERE = "unreadableHere"


class Cure(StrEnum):
    """What was done about a difference.

    SETTLED: the record has changed. STANDS: the gateway was asked, and the record says already
    all there is to say. KEPT: shown to a person until the other side has it too. LATER: the
    answer could not be used, and is looked at again by itself. NOTHING: nothing was done.
    """

    SETTLED = "settled"
    STANDS = "stands"
    KEPT = "kept"
    LATER = "later"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference: the payment and order it is about, both sides as text, and its cure.

    An id that nobody could read is "". The order id is the gateway's word where we have none.
    """

    kind: DifferenceKind
    gateway: str
    payment_id: str
    order_id: str
    here: str
    there: str
    cure: Cure


_BY_FIELD = {
    "order_id": DifferenceKind.OTHER_ORDER,
    "currency": DifferenceKind.CURRENCY,
    "mode": DifferenceKind.TEST_MODE,
    "merchant_account": DifferenceKind.OTHER_ACCOUNT,
}


def name_differences(
    order: Order, payment: Payment, now: datetime, policy: Policy
) -> tuple[DifferenceKind, ...]:
    """Names of all that is different; the payment is known to differ from what `order` says of it.

    Bound fields that differ are all named. What is left is one thing: what happened there.
    """
    found = {each.field: each for each in compare(order, payment, policy)}
    if "currency" in found:
        # Numbers of different currencies are neither more nor less.
        found.pop("amount", None)
    if found:
        return tuple(_name_of(each) for each in found.values())
    return (_name_news(order, order.payment(payment.key), payment, now, policy),)


def is_play_money(payment: Payment, policy: Policy) -> bool:
    """Whether no real money can be in it, to a shop that takes real money alone."""
    return payment.mode is Mode.TEST and not policy.allows(Mode.TEST)


def may_be_money(payment: Payment, policy: Policy) -> bool:
    """Whether somebody has to look at it, if no order of ours wants it."""
    is_open = not payment.holds_money and payment.status is not PaymentStatus.UNKNOWN
    return not is_open and not is_play_money(payment, policy)


def _name_of(discrepancy: Discrepancy) -> DifferenceKind:
    if discrepancy.field != "amount":
        return _BY_FIELD[discrepancy.field]
    try:
        actual = parse_number(discrepancy.actual)
    except InvalidValue:
        return DifferenceKind.UNREADABLE_THERE
    is_more = actual > Decimal(discrepancy.expected)
    return DifferenceKind.OVER if is_more else DifferenceKind.UNDER


def _name_news(
    order: Order, known: Payment | None, payment: Payment, now: datetime, policy: Policy
) -> DifferenceKind:
    had_money = known is not None and known.holds_money
    if known is not None and not known.may_become(payment):
        is_gone = had_money and not payment.holds_money
        return DifferenceKind.PAID_HERE_NOT_THERE if is_gone else DifferenceKind.CONTRADICTION
    if known is not None and known.cancelled != payment.cancelled:
        return DifferenceKind.REFUNDED_THERE
    if payment.holds_money and order.settled_by not in (None, payment.key):
        return DifferenceKind.SURPLUS
    if payment.holds_money and not had_money:
        return DifferenceKind.DEPOSIT_LATE if payment.is_late else DifferenceKind.MISSING_HERE
    if policy.lets_lapse(payment, now):
        return DifferenceKind.ACCOUNT_EXPIRED
    return DifferenceKind.MISSING_HERE if known is None else DifferenceKind.OTHER_NEWS
