"""Confirm a payment: let the gateway approve it, or veto it, by our own record alone."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from domain.money import Money, parse_number
from domain.order import Order, OrderStatus
from domain.payment import PaymentKey
from ports.clock import Clock
from ports.confirm_hook import AmountUnit
from ports.order_repository import OrderRepository

# A vetoed buyer only tries again; a wrong approval takes their money.
_WAS_PAID = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED})


class Veto(StrEnum):
    """Why a payment must not be approved."""

    ORDER_NOT_FOUND = "orderNotFound"
    AMOUNT_DIFFERS = "amountDiffers"
    ALREADY_PAID = "alreadyPaid"
    ORDER_EXPIRED = "orderExpired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmQuestion:
    """The gateway asks: may this order be charged this number of its currency's units?

    Without an order id the order is the one that our record binds the payment `key` to.
    """

    order_id: str | None
    number: str | Decimal | int
    unit: AmountUnit = AmountUnit.MAJOR
    key: PaymentKey | None = None


class ConfirmPayment:
    """One look at our own record. The gateway is not asked: it is the one asking."""

    def __init__(self, orders: OrderRepository, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock

    async def __call__(self, question: ConfirmQuestion, /) -> Veto | None:
        """The veto, or None to let the payment go on."""
        order = await self._order_of(question)
        if order is None:
            return Veto.ORDER_NOT_FOUND
        if not _is_exactly(order, question):
            return Veto.AMOUNT_DIFFERS
        if order.status in _WAS_PAID:
            return Veto.ALREADY_PAID
        is_over = order.status is OrderStatus.EXPIRED or order.is_overdue(self._clock.now())
        return Veto.ORDER_EXPIRED if is_over else None

    async def _order_of(self, question: ConfirmQuestion) -> Order | None:
        order_id = question.order_id
        if order_id is not None:
            check_order_id(order_id)
        elif question.key is not None:
            order_id = await self._orders.find_order_id_by_payment(question.key)
        return None if order_id is None else await self._orders.find_by_id(order_id)


def _is_exactly(order: Order, question: ConfirmQuestion) -> bool:
    try:
        if question.unit is AmountUnit.MINOR:
            return parse_number(question.number) == order.amount.amount_minor
        return Money.of(question.number, order.amount.currency) == order.amount
    except InvalidValue:
        return False
