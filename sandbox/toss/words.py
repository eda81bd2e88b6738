"""The vendor's words: its codes with their sentences, its methods, and a payment that is blank."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

API_VERSION: Final = "2022-11-16"
MERCHANT: Final = "sandboxmid"

TOOK_MONEY: Final = frozenset({"DONE", "PARTIAL_CANCELED", "CANCELED"})
LONGEST_TEXT: Final = 200
ORDER_ALREADY_PAID: Final = "이미 결제된 주문번호입니다."
CLOSED_BY_BUYER: Final = "사용자가 결제를 취소하였습니다."
CHANGED_MIND: Final = "고객 변심"
VIRTUAL_ACCOUNT: Final = "virtualAccount"
CARD: Final = "card"
EASY_PAY: Final = "easyPay"

# As the control API names them, in both of the vendor's languages.
METHODS: Final = MappingProxyType(
    {
        CARD: ("카드", "Card"),
        VIRTUAL_ACCOUNT: ("가상계좌", "Virtual Account"),
        "transfer": ("계좌이체", "Transfer"),
        "mobilePhone": ("휴대폰", "Mobile Phone"),
        EASY_PAY: ("간편결제", "Easy Pay"),
        "foreignEasyPay": ("해외간편결제", "Foreign Easy Pay"),
    }
)


@dataclass(frozen=True, slots=True)
class Saying:
    """How one code is said."""

    http_status: int
    korean: str
    english: str


SAYINGS: Final = MappingProxyType(
    {
        "ALREADY_CANCELED_PAYMENT": Saying(400, "이미 취소된 결제입니다.", "Already canceled."),
        "ALREADY_PROCESSED_PAYMENT": Saying(400, "이미 처리된 결제입니다.", "Already processed."),
        "FAILED_INTERNAL_SYSTEM_PROCESSING": Saying(
            500, "내부 시스템 처리 작업이 실패했습니다.", "Internal processing failed."
        ),
        "FORBIDDEN_CONSECUTIVE_REQUEST": Saying(
            403, "반복적인 요청은 허용되지 않습니다.", "Repeated requests are not allowed."
        ),
        "IDEMPOTENT_REQUEST_PROCESSING": Saying(
            409, "이전 멱등 요청이 처리중입니다.", "The same request is still being processed."
        ),
        "INCORRECT_BASIC_AUTH_FORMAT": Saying(
            403, "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요.", "Encode the key with a ':'."
        ),
        "INVALID_IDEMPOTENCY_KEY": Saying(
            400, "멱등키는 300자 이하여야 합니다.", "The idempotency key is too long."
        ),
        "INVALID_REFUND_ACCOUNT_INFO": Saying(
            400, "환불 계좌번호와 예금주명이 일치하지 않습니다.", "The refund account is not valid."
        ),
        "INVALID_REQUEST": Saying(400, "잘못된 요청입니다.", "The request is not valid."),
        "INVALID_TRANSACTION_KEY": Saying(400, "잘못된 페이징 키 입니다.", "Not a paging key."),
        "NOT_CANCELABLE_AMOUNT": Saying(
            403, "취소 할 수 없는 금액 입니다.", "The amount cannot be canceled."
        ),
        "NOT_CANCELABLE_PAYMENT": Saying(
            403, "취소 할 수 없는 결제 입니다.", "The payment cannot be canceled."
        ),
        "NOT_FOUND": Saying(404, "존재하지 않는 정보 입니다.", "There is no such thing."),
        "NOT_FOUND_PAYMENT": Saying(
            404, "존재하지 않는 결제 정보 입니다.", "There is no such payment."
        ),
        "NOT_FOUND_PAYMENT_SESSION": Saying(
            404,
            "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.",
            "The time to pay is over.",
        ),
        "NOT_MATCHES_REFUNDABLE_AMOUNT": Saying(
            400, "잔액 결과가 일치하지 않습니다.", "Another amount is refundable."
        ),
        "PROVIDER_ERROR": Saying(
            400, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.", "A passing error."
        ),
        "REJECT_CARD_PAYMENT": Saying(
            403, "한도초과 혹은 잔액부족으로 결제에 실패했습니다.", "Over the limit."
        ),
        "UNAUTHORIZED_KEY": Saying(
            401, "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.", "The key is not authorized."
        ),
    }
)

# Every key of the vendor's answer, with what it holds when nothing is known.
BLANK_PAYMENT: Final = MappingProxyType[str, Any](
    {
        "mId": MERCHANT,
        "lastTransactionKey": None,
        "paymentKey": "",
        "orderId": "",
        "orderName": "테스트 상품",
        "taxExemptionAmount": 0,
        "status": "READY",
        "requestedAt": None,
        "approvedAt": None,
        "useEscrow": False,
        "cultureExpense": False,
        "card": None,
        "virtualAccount": None,
        "transfer": None,
        "mobilePhone": None,
        "giftCertificate": None,
        "cashReceipt": None,
        "cashReceipts": None,
        "discount": None,
        "cancels": None,
        "secret": None,
        "type": "NORMAL",
        "easyPay": None,
        "country": "KR",
        "failure": None,
        "isPartialCancelable": True,
        "receipt": None,
        "checkout": None,
        "currency": "KRW",
        "totalAmount": 0,
        "balanceAmount": 0,
        "suppliedAmount": 0,
        "vat": 0,
        "taxFreeAmount": 0,
        "method": None,
        "version": API_VERSION,
        "metadata": None,
    }
)
