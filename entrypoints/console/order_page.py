"""One order: what was sold, every payment and refund, and all that happened, with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from domain.errors import InvalidValue
from domain.history_audit import first_break
from domain.identifiers import check_order_id
from domain.money import Money
from domain.order import HistoryEntry, Order
from domain.outcome import OutcomeKind
from domain.payment import Payment, PaymentKey
from domain.refund_rules import left_to_refund
from domain.surplus import surplus_of
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.failures import NoSuch
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.operator_log import OperatorAction

_ACTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment of the order; `payment` is None for one that was refused as a forgery."""

    key: PaymentKey
    payment: Payment | None
    has_given_back: bool = False
    settles: bool = False
    surplus: Money | None = None
    may_refund: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened: an entry of the record, or what an operator did."""

    at: datetime
    entry: HistoryEntry | None = None
    action: OperatorAction | None = None


def order_route(pages: Pages, parts: ConsoleParts) -> HTTPRouteHandler:
    """`/console/orders/{order_id}`."""

    @get("/orders/{order_id:str}")
    async def show_order(request: AnyRequest, order_id: FromPath[str]) -> Template:
        order = await find_order(parts, order_id)
        actions = await parts.actions.of_order(order_id, _ACTIONS)
        broken = first_break(order)
        context = {
            "order": order,
            "status": parts.read_order.status_now(order).value,
            "rows": payment_rows(order),
            "events": await parts.resend_events.told(order_id),
            "moments": _moments(order, actions),
            "broken": None if broken is None else broken.version,
            # The page follows what is still to come.
            "is_moving": any(not each.is_over for each in order.refunds),
        }
        return pages.page(request, "order", context)

    return show_order


async def find_order(parts: ConsoleParts, order_id: str) -> Order:
    """The order, or `NoSuch`, also for an id that no order can have."""
    try:
        check_order_id(order_id)
        order = await parts.read_order.by_id(order_id)
    except InvalidValue:
        order = None
    if order is None:
        raise NoSuch("error.404.order", id=order_id)
    return order


def payment_rows(order: Order) -> list[PaymentRow]:
    """Every payment that the record knows, the refused ones last."""
    rows = [
        PaymentRow(
            key=payment.key,
            payment=payment,
            has_given_back=payment.cancelled != Money.zero(order.amount.currency),
            settles=order.settled_by == payment.key,
            surplus=surplus_of(order, payment),
            may_refund=payment.holds_money and bool(_left_minor(order, payment)),
        )
        for payment in order.payments
    ]
    known = {payment.key for payment in order.payments}
    refused = {
        entry.key: None
        for entry in order.history
        if entry.outcome is OutcomeKind.FORGED and entry.key not in known
    }
    # Only the gateway can tell whether a refused payment's money is this order's to give back.
    return [*rows, *(PaymentRow(key=key, payment=None, may_refund=True) for key in refused)]


def _left_minor(order: Order, payment: Payment) -> int:
    left = left_to_refund(order, payment)
    return 0 if left is None else left.amount_minor


def _moments(order: Order, actions: Sequence[OperatorAction]) -> list[Moment]:
    """Both kinds together, the latest first."""
    entries = [Moment(at=entry.at, entry=entry) for entry in reversed(order.history)]
    done = [Moment(at=action.at, action=action) for action in actions]
    return sorted([*entries, *done], key=lambda moment: moment.at, reverse=True)
