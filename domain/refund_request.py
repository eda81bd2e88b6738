"""What somebody asks to be given back: a value whose id is the same whenever it is asked again."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from domain.canonical import digest
from domain.errors import InvalidValue
from domain.identifiers import check_order_id, check_text
from domain.money import Money
from domain.order import Trigger
from domain.payment import PaymentKey
from domain.refund import MAX_REASON_LENGTH, RefundAccount, Requester

MAX_IDEMPOTENCY_KEY_LENGTH = 255
# The order id stands in it, so that a refund is found by its id alone, on any kind of store.
_REFUND_ID = re.compile(r"rf-[0-9a-f]{20}-(?P<order_id>.+)", re.ASCII)

TRIGGERS: dict[Requester, Trigger] = {
    Requester.SHOP: Trigger.SHOP,
    Requester.CLI: Trigger.CLI,
    Requester.CONSOLE: Trigger.CONSOLE,
    Requester.POLICY: Trigger.POLICY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Give back `number` major units of a payment, or with None all that is left of it.

    The same `idempotency_key` of the same requester and order names the same refund.
    """

    order_id: str
    key: PaymentKey
    number: str | Decimal | int | None
    reason: str
    requested_by: Requester
    idempotency_key: str = field(repr=False)
    currency_code: str | None = None
    operator: str | None = None
    account: RefundAccount | None = None

    def __post_init__(self) -> None:
        check_order_id(self.order_id)
        check_text("reason", self.reason, MAX_REASON_LENGTH)
        check_text("idempotency_key", self.idempotency_key, MAX_IDEMPOTENCY_KEY_LENGTH)

    @property
    def refund_id(self) -> str:
        said = (self.requested_by, self.idempotency_key, self.order_id)
        return f"rf-{digest(said)[:20]}-{self.order_id}"

    @property
    def trigger(self) -> Trigger:
        return TRIGGERS[self.requested_by]

    def amount(self, left: Money) -> Money:
        """What is asked for of what is left; refuses another currency and no amount at all."""
        if self.currency_code not in (None, left.currency_code):
            raise InvalidValue("currency", f"must be the payment's, {left.currency_code}")
        amount = left if self.number is None else Money.of(self.number, left.currency)
        if self.number is not None and amount.amount_minor == 0:
            raise InvalidValue("amount", "must be above zero")
        return amount

    def contents(self, left: Money) -> str:
        """A digest of all that is asked. The key is in it, so that no account can be guessed."""
        amount = None if self.number is None else self.amount(left)
        return digest((self.idempotency_key, self.key, amount, self.reason, self.account))


def order_id_of(refund_id: str) -> str:
    """The order that a refund is of; `InvalidValue` for text that names no refund."""
    match = _REFUND_ID.fullmatch(refund_id)
    if match is None:
        raise InvalidValue("refund_id", "is not the id of a refund")
    check_order_id(match["order_id"])
    return match["order_id"]
