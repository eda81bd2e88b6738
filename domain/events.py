"""What the shop is told: the news of an order, each with a name and an id that never changes."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidValue
from domain.money import Money
from domain.novelty import denies_money, is_newly_surplus, newly_awaited_account
from domain.order import Order, OrderStatus
from domain.outcome import Failed, Forged, VerificationOutcome
from domain.payment import Payment, PaymentStatus


class EventType(StrEnum):
    """The events' names, as the shop receives them."""

    ORDER_PAID = "order.paid"
    ORDER_AWAITING_DEPOSIT = "order.awaiting_deposit"
    ORDER_REFUNDED = "order.refunded"
    ORDER_PARTIALLY_REFUNDED = "order.partially_refunded"
    ORDER_EXPIRED = "order.expired"
    PAYMENT_FORGED = "payment.forged"
    PAYMENT_SURPLUS = "payment.surplus"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_REFUNDED = "payment.refunded"
    PAYMENT_TAKEN_BACK = "payment.taken_back"


_BY_STATUS = {
    OrderStatus.PAID: EventType.ORDER_PAID,
    OrderStatus.AWAITING_DEPOSIT: EventType.ORDER_AWAITING_DEPOSIT,
    OrderStatus.REFUNDED: EventType.ORDER_REFUNDED,
    OrderStatus.PARTIALLY_REFUNDED: EventType.ORDER_PARTIALLY_REFUNDED,
    OrderStatus.EXPIRED: EventType.ORDER_EXPIRED,
}
_REFUNDS = {EventType.ORDER_REFUNDED, EventType.ORDER_PARTIALLY_REFUNDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One piece of news: its type, the order's version that made it, and how the payment stood.

    `refunded_minor` counts in the order's currency what was given back until then; `late` says
    that the deposit came after its deadline. As text it is the detail of the task that delivers
    it, so it says all that must not change between one try and the next.
    """

    version: int
    type: EventType
    refunded_minor: int = 0
    late: bool = False

    def __str__(self) -> str:
        return f"{self.version}:{self.type}:{self.refunded_minor}:{int(self.late)}"

    @classmethod
    def parse(cls, text: str) -> "Event":
        """The event that this text was made of; `InvalidValue` for any other text."""
        try:
            version, type_, refunded_minor, late = text.split(":")
            return cls(
                version=int(version),
                type=EventType(type_),
                refunded_minor=int(refunded_minor),
                late=bool(int(late)),
            )
        except ValueError:
            raise InvalidValue("event", "is not one that this version knows") from None


def events_of(
    before: Order, after: Order, payment: Payment, outcome: VerificationOutcome
) -> tuple[Event, ...]:
    """The news that a verdict makes, oldest first: about the payment, then about the order."""
    return tuple(
        Event(
            version=after.version,
            type=type_,
            refunded_minor=_refunded_minor(after, payment),
            late=payment.is_late,
        )
        for type_ in _types_of(before, after, payment, outcome)
    )


def _types_of(
    before: Order, after: Order, payment: Payment, outcome: VerificationOutcome
) -> list[EventType]:
    if isinstance(outcome, Forged):
        return [EventType.PAYMENT_FORGED]
    known = before.payment(payment.key)
    if after.payments == before.payments:
        # What was written down but not believed is no news, unless it denies our money.
        is_taken_back = known is not None and denies_money(known, payment)
        return [EventType.PAYMENT_TAKEN_BACK] if is_taken_back else []
    about_order = _about_order(before, after, payment)
    about_payment = _about_payment(after, known, payment, outcome)
    gives_back = _refunded_minor(after, payment) > _refunded_minor(after, known)
    if gives_back and not _REFUNDS.intersection(about_order):
        # The order still stands as paid, by another payment: each refund is told all the same.
        about_payment.append(EventType.PAYMENT_REFUNDED)
    return [*about_payment, *about_order]


def _refunded_minor(order: Order, payment: Payment | None) -> int:
    """What was given back; nothing, if it was not even in the order's currency."""
    cancelled = None if payment is None else payment.cancelled
    if isinstance(cancelled, Money) and cancelled.currency == order.amount.currency:
        return cancelled.amount_minor
    return 0


def _about_payment(
    after: Order, known: Payment | None, payment: Payment, outcome: VerificationOutcome
) -> list[EventType]:
    if isinstance(outcome, Failed):
        had_failed = known is not None and known.status is PaymentStatus.FAILED
        return [] if had_failed else [EventType.PAYMENT_FAILED]
    return [EventType.PAYMENT_SURPLUS] if is_newly_surplus(after, known, payment) else []


def _about_order(before: Order, after: Order, payment: Payment) -> list[EventType]:
    if after.status in _BY_STATUS and (
        after.status is not before.status or _gives_more_news(before, after, payment)
    ):
        return [_BY_STATUS[after.status]]
    return []


def _gives_more_news(before: Order, after: Order, payment: Payment) -> bool:
    """Whether the order says the same word of a new thing: more given back, another account."""
    known = before.payment(payment.key)
    if after.status is OrderStatus.PARTIALLY_REFUNDED:
        return _refunded_minor(after, known) != _refunded_minor(after, payment)
    if after.status is OrderStatus.AWAITING_DEPOSIT:
        return newly_awaited_account(known, payment) is not None
    return False
