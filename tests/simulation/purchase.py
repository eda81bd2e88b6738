"""A payment as the buyer makes it: what it names need not be what the shop sold."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from application.register_order import Sale
from domain.money import Currency, Money
from domain.payment import Mode
from domain.refund import RefundAccount


@dataclass(slots=True)
class Purchase:
    """One payment: what it names as its order, total and mode need not be what was sold."""

    payment_id: str
    sale: Sale
    order_id: str
    total: Money
    mode: Mode = Mode.LIVE

    @property
    def is_honest(self) -> bool:
        """Whether every bound field is what the shop sold."""
        bound = (self.order_id, self.total, self.mode)
        return bound == (self.sale.order_id, self.sale.amount, Mode.LIVE)


# Where the money goes back to that came by a deposit.
REFUND_ACCOUNT = RefundAccount(bank_code="088", number="110-234-567890", holder="Hong Gildong")

# Each makes a forged one of an honest one.
WAYS_TO_FORGE: dict[str, Callable[[Purchase], Purchase]] = {
    "buyer pays another amount": lambda whole: replace(
        whole, total=replace(whole.total, amount_minor=4)
    ),
    "buyer pays another currency": lambda whole: replace(
        whole, total=replace(whole.total, currency=Currency("JPY"))
    ),
    "buyer pays with play money": lambda whole: replace(whole, mode=Mode.TEST),
    "gateway never tells the mode": lambda whole: replace(whole, mode=Mode.UNKNOWN),
    "buyer pays another order": lambda whole: replace(whole, order_id="order-x"),
}
