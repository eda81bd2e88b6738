"""The vendor's words: its refusals, its statuses, and what a payment shows besides."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

# The type of each refusal that this stand-in makes, with the HTTP status that carries it.
REFUSALS: Final = MappingProxyType(
    {
        "INVALID_REQUEST": 400,
        "INVALID_PAYMENT_TOKEN": 400,
        "UNAUTHORIZED": 401,
        "FORBIDDEN": 403,
        "PAYMENT_NOT_FOUND": 404,
        "WEBHOOK_NOT_FOUND": 404,
        "ALREADY_PAID": 409,
        "INFORMATION_MISMATCH": 409,
        "PAYMENT_NOT_PAID": 409,
        "PAYMENT_ALREADY_CANCELLED": 409,
        "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN": 409,
        "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT": 409,
        "PG_PROVIDER": 502,
    }
)

READY: Final = "READY"
PAY_PENDING: Final = "PAY_PENDING"
ISSUED: Final = "VIRTUAL_ACCOUNT_ISSUED"
PAID: Final = "PAID"
FAILED: Final = "FAILED"
PARTIAL_CANCELLED: Final = "PARTIAL_CANCELLED"
CANCELLED: Final = "CANCELLED"
STATUSES: Final = frozenset(
    {READY, PAY_PENDING, ISSUED, PAID, FAILED, PARTIAL_CANCELLED, CANCELLED}
)
# A filter calls one of them otherwise than a payment does.
FILTER_STATUSES: Final = MappingProxyType(
    {("PENDING" if each == PAY_PENDING else each): each for each in STATUSES}
)
# The last part of a webhook's type, which is the old webhook's status.
EVENTS: Final = MappingProxyType(
    {
        READY: "Ready",
        PAY_PENDING: "PayPending",
        ISSUED: "VirtualAccountIssued",
        PAID: "Paid",
        FAILED: "Failed",
        PARTIAL_CANCELLED: "PartialCancelled",
        CANCELLED: "Cancelled",
    }
)

METHODS: Final = MappingProxyType[str, dict[str, Any]](
    {
        "card": {
            "type": "PaymentMethodCard",
            "card": {"publisher": "SHINHAN_CARD", "issuer": "SHINHAN_CARD", "type": "CREDIT"},
            "approvalNumber": "30000000",
            "installment": {"month": 0, "isInterestFree": False},
            "pointUsed": False,
        },
        "easy_pay": {"type": "PaymentMethodEasyPay", "provider": "KAKAOPAY"},
        "mobile": {"type": "PaymentMethodMobile"},
        "transfer": {"type": "PaymentMethodTransfer", "bank": "SHINHAN"},
        "virtual_account": {"type": "PaymentMethodVirtualAccount", "accountNumber": ""},
    }
)

CLOSED_BY_BUYER: Final = "사용자가 결제를 취소하였습니다."
CARD_DECLINED: Final = "[카드사 거절] 한도초과"
CHANGED_MIND: Final = "고객 변심"
REASON_UNKNOWN: Final = "알 수 없음"
MERCHANT_ID: Final = "merchant-00000000-0000-0000-0000-000000000000"


def method_of_open_window(method: str) -> dict[str, Any]:
    """Give what a payment shows of its method before there is a result."""
    shown = dict(METHODS[method])
    # Until an account is issued, nothing of it is known.
    shown.pop("accountNumber", None)
    return shown


def iso(seconds: int) -> str:
    """Write a time as the vendor does."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
