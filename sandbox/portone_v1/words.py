"""The vendor's words: its messages, and the payment object as it looks before anything is known."""

from types import MappingProxyType
from typing import Any, Final

PAYMENT_NOT_FOUND: Final = "존재하지 않는 결제정보입니다."
PREPARED_NOT_FOUND: Final = "사전등록된 결제정보가 존재하지 않습니다."
ALREADY_PREPARED: Final = "이미 사전등록된 merchant_uid입니다."
CREDENTIALS_MISSING: Final = "imp_key, imp_secret 파라메터가 누락되었습니다."
UNAUTHORISED: Final = "Unauthorized"
NOTHING_TO_CANCEL: Final = "취소할 결제건이 존재하지 않습니다."
ALREADY_CANCELLED: Final = "이미 전액취소된 주문입니다."
CANCEL_EXCEEDS_REMAINDER: Final = "취소요청금액이 취소가능금액보다 큽니다."
CHECKSUM_DIFFERS: Final = "취소가능금액(checksum)이 일치하지 않습니다."
REFUND_ACCOUNT_MISSING: Final = (
    "가상계좌 환불에는 refund_holder, refund_bank, refund_account 파라메터가 필요합니다."
)
CANCEL_ID_MISSING: Final = "imp_uid 또는 merchant_uid 파라메터가 필요합니다."
NOT_A_WAITING_ACCOUNT: Final = "입금대기중인 가상계좌 결제건이 아닙니다."
ACCOUNT_REVOKED: Final = "가상계좌가 말소되었습니다."
DECLINED_BY_SHOP: Final = "고객사 요청에 의해 결제를 중단합니다. (상세사유 : {reason})"
REASON_UNKNOWN: Final = "알 수 없음"
CARD_DECLINED: Final = "[카드사 거절] 한도초과"
CLOSED_BY_BUYER: Final = "사용자가 결제를 취소하였습니다."
ORDER_ALREADY_PAID: Final = "이미 결제가 완료된 주문번호입니다."
CHANGED_MIND: Final = "고객 변심"
PAGE_OUT_OF_RANGE: Final = "page 파라메터가 범위를 벗어났습니다."
WINDOW_TOO_WIDE: Final = "조회기간은 최대 90일까지 가능합니다."
TOO_MANY_IDS: Final = "한 번에 최대 100건까지 조회할 수 있습니다."
PARAMETER_INVALID: Final = "{name} 파라메터가 올바르지 않습니다."
PATH_NOT_FOUND: Final = "존재하지 않는 API입니다."

# Every key of the vendor's answer, with what it holds when nothing is known: for most fields
# null, for times and the card's instalments 0, although the published schema allows neither.
BLANK_PAYMENT: Final = MappingProxyType[str, Any](
    {
        "amount": 0,
        "apply_num": None,
        "bank_code": None,
        "bank_name": None,
        "buyer_addr": None,
        "buyer_email": "buyer@example.com",
        "buyer_name": "구매자",
        "buyer_postcode": None,
        "buyer_tel": "010-0000-0000",
        "cancel_amount": 0,
        "cancel_history": (),
        "cancel_reason": None,
        "cancel_receipt_urls": (),
        "cancelled_at": 0,
        "card_code": None,
        "card_name": None,
        "card_number": None,
        "card_quota": 0,
        "card_type": None,
        "cash_receipt_issued": False,
        "channel": "pc",
        "currency": "KRW",
        "custom_data": None,
        "customer_uid": None,
        "customer_uid_usage": None,
        "emb_pg_provider": None,
        "escrow": False,
        "fail_reason": None,
        "failed_at": 0,
        "imp_uid": "",
        "merchant_uid": "",
        "name": "테스트 상품",
        "paid_at": 0,
        "pay_method": "card",
        "pg_id": "TESTMID",
        "pg_provider": "html5_inicis",
        "pg_tid": None,
        "receipt_url": None,
        "sandbox": False,
        "started_at": 0,
        "status": "ready",
        "user_agent": "Mozilla/5.0 (sandbox)",
        "vbank_code": None,
        "vbank_date": 0,
        "vbank_holder": None,
        "vbank_issued_at": 0,
        "vbank_name": None,
        "vbank_num": None,
    }
)

# What a method's gateway calls itself, from the moment the window opens.
_METHODS: Final[dict[str, dict[str, Any]]] = {
    "point": {"pg_id": "TC0ONETIME", "pg_provider": "kakaopay"},
    "kakaopay": {"pg_id": "TC0ONETIME", "pg_provider": "kakaopay"},
    "naverpay": {"pg_provider": "naverpay"},
    "payco": {"pg_provider": "payco"},
    "tosspay": {"pg_provider": "tosspay"},
    "paypal": {"pg_provider": "paypal_v2"},
    "vbank": {"pg_provider": "uplus"},
}

# What a method adds once the money has been taken.
_PAID_DETAILS: Final[dict[str, dict[str, Any]]] = {
    "card": {
        "apply_num": "00000000",
        "card_code": "361",
        "card_name": "BC카드",
        "card_number": "510000*********6",
        "card_type": 1,
    },
    "point": {"apply_num": ""},
    "kakaopay": {"apply_num": ""},
    "trans": {"bank_code": "088", "bank_name": "신한은행"},
}

_NOTHING: Final[dict[str, Any]] = {}
_PAID: Final = {
    method: {**_METHODS.get(method, _NOTHING), **_PAID_DETAILS.get(method, _NOTHING)}
    for method in {*_METHODS, *_PAID_DETAILS}
}


def method_details(pay_method: str, *, paid: bool) -> dict[str, Any]:
    """Give the fields that follow from the method; one shared object a method, to save memory."""
    return (_PAID if paid else _METHODS).get(pay_method, _NOTHING)
