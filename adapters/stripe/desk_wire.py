"""The vendor's words for giving money back, and for taking what was authorised."""

from dataclasses import dataclass
from typing import Final

from adapters.outbound.http_client import Answer
from adapters.outbound.json_fields import JsonFields, fit_to_show
from adapters.outbound.reasons import clean_reason
from adapters.stripe import wire
from adapters.stripe.currencies import number_of
from adapters.stripe.list_wire import Page
from domain.money import Money
from ports.errors import GatewayProtocolError
from ports.refund_desk import RefundOrder

REFUNDS_PATH: Final = "/v1/refunds"
# Where our own id of a refund is written, so that it can be found again.
_OUR_ID: Final = "refund_id"
_MAX_SHOWN_REASON: Final = 200
# The vendor itself says no, and nothing was done.
_DECLINED: Final = frozenset({400, 402, 404})
_OTHER_WORDS: Final = "idempotency_error"
_IN_VAIN: Final = frozenset({"failed", "canceled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSeen:
    """A refund as the vendor has it; `failed_because` is told of one that came to nothing."""

    failed_because: str | None


def capture_path(payment_id: str) -> str:
    """Where the money of an authorised payment is taken."""
    return f"{wire.payment_path(payment_id)}/capture"


def capture_request(amount: Money) -> list[tuple[str, str]]:
    """Takes so much; without a number the vendor would take all it can."""
    return [("amount_to_capture", str(number_of(amount)))]


def refund_request(order: RefundOrder) -> list[tuple[str, str]]:
    """Gives so much back; without a number the vendor would give all that remains."""
    return [
        ("payment_intent", order.payment_id),
        ("amount", str(number_of(order.amount))),
        (f"metadata[{_OUR_ID}]", order.refund_id),
        # Its own `reason` is one of three words.
        ("metadata[reason]", fit_to_show(order.reason, _MAX_SHOWN_REASON)),
    ]


def why_declined(answer: Answer) -> str | None:
    """The vendor's sentence, if it says no; None for any other answer."""
    error = wire.error_fields(answer.body)
    if error is None or answer.status not in _DECLINED or error.text("type") == _OTHER_WORDS:
        return None
    return clean_reason(error.text("message"))


def read_refund(body: bytes, order: RefundOrder) -> RefundSeen:
    """The refund in an answer of success; it must be the one that was ordered."""
    refund = JsonFields.decode(body)
    if refund is None or refund.text("payment_intent") != order.payment_id:
        raise GatewayProtocolError("refund")
    if wire.whole(refund, "amount") != number_of(order.amount):
        raise GatewayProtocolError("refund-amount")
    if refund.required_text("currency").upper() != order.amount.currency_code:
        raise GatewayProtocolError("refund-currency")
    return _seen(refund)


def find_ours(page: Page, order: RefundOrder) -> RefundSeen | None:
    """Our refund among others of its payment."""
    for row in page.rows:
        refund = JsonFields.decode(row)
        metadata = None if refund is None else JsonFields.decode(refund.raw("metadata"))
        our_id = None if metadata is None else metadata.text(_OUR_ID)
        if refund is not None and our_id == order.refund_id:
            return _seen(refund)
    return None


def _seen(refund: JsonFields) -> RefundSeen:
    if refund.text("status") not in _IN_VAIN:
        return RefundSeen(failed_because=None)
    return RefundSeen(failed_because=clean_reason(refund.text("failure_reason")))
