"""Every status word of our answers, with its HTTP status and its sentence in both languages."""

from dataclasses import dataclass
from typing import Literal

from domain.outcome import OutcomeKind
from domain.refund import RefundStatus

Language = Literal["ko", "en"]


@dataclass(frozen=True, slots=True)
class StatusWord:
    """One row of the table. Programs go by `word`, people by the sentence."""

    word: str
    http_status: int
    korean: str
    english: str

    def message(self, language: Language) -> str:
        return self.english if language == "en" else self.korean


# --- what verifying a payment says
SUCCESS = StatusWord("success", 200, "일반 결제 성공", "The payment is verified.")
ACCOUNT_ISSUED = StatusWord(
    "vbankIssued", 200, "가상계좌 발급 성공", "A virtual account was issued; it awaits the deposit."
)
PENDING = StatusWord(
    "pending",
    202,
    "결제가 아직 완료되지 않았습니다. 잠시 후 다시 확인해 주세요.",
    "The payment is not complete yet. Please check again in a moment.",
)
FORGERY = StatusWord("forgery", 400, "위조된 결제시도", "The payment does not match the order.")
FAILED = StatusWord(
    "failed",
    402,
    "결제에 실패했습니다. 다시 시도하거나 다른 결제수단을 이용해 주세요.",
    "The payment failed. Please try again or pay another way.",
)
CANCELLED = StatusWord(
    "cancelled", 409, "취소되었거나 환불된 결제입니다.", "The payment was cancelled or refunded."
)
DUPLICATE_PAYMENT = StatusWord(
    "duplicatePayment",
    409,
    "이미 다른 결제로 완료된 주문입니다.",
    "The order is already paid by another payment.",
)
PAYMENT_NOT_FOUND = StatusWord(
    "paymentNotFound", 404, "결제 정보를 찾을 수 없습니다.", "There is no such payment."
)
GATEWAY_UNAVAILABLE = StatusWord(
    "gatewayUnavailable",
    503,
    "결제사에 연결할 수 없습니다. 결제는 자동으로 다시 확인됩니다.",
    "The payment gateway cannot be reached. The payment will be checked again by itself.",
)
GATEWAY_REFUSED = StatusWord(
    "gatewayRefused",
    502,
    "결제사가 상점의 인증 정보를 거부했습니다. 상점에 문의해 주세요.",
    "The payment gateway refuses the shop's credentials. Please contact the shop.",
)

# --- what happens to orders
ORDER_NOT_FOUND = StatusWord(
    "orderNotFound", 404, "주문을 찾을 수 없습니다.", "There is no such order."
)
ORDER_CONFLICT = StatusWord(
    "orderConflict",
    409,
    "같은 주문번호로 다른 내용의 주문이 이미 등록되어 있습니다.",
    "Another order is registered under this id.",
)

# --- what becomes of refunds
REFUND_REQUESTED = StatusWord(
    "requested", 202, "환불 요청이 접수되었습니다.", "The refund is requested."
)
REFUND_AWAITING_APPROVAL = StatusWord(
    "awaitingApproval",
    202,
    "담당자의 승인을 기다리는 환불입니다.",
    "The refund waits for a person's approval.",
)
REFUND_ASKED = StatusWord(
    "asked",
    202,
    "결제사에 환불을 요청했으며 결과를 확인하고 있습니다.",
    "The gateway was asked for the refund; its result is being looked up.",
)
REFUND_DONE = StatusWord("done", 200, "환불되었습니다.", "The money was given back.")
REFUND_REFUSED = StatusWord(
    "refused", 409, "환불이 거절되었습니다.", "The money was not given back."
)
REFUND_CONFLICT = StatusWord(
    "refundConflict",
    409,
    "같은 멱등 키로 다른 내용의 환불이 이미 요청되었습니다.",
    "Another refund was requested under this idempotency key.",
)
NOT_REFUNDABLE = StatusWord(
    "notRefundable", 409, "환불할 수 없는 결제입니다.", "The payment holds no money to give back."
)
ABOVE_REMAINING = StatusWord(
    "aboveRemaining",
    409,
    "환불 가능한 금액보다 큽니다.",
    "It is more than the payment has left to give back.",
)
TOO_MANY_REFUNDS = StatusWord(
    "tooManyRefunds",
    409,
    "이 주문의 환불 요청이 너무 많습니다.",
    "The order has too many refunds already.",
)
GATEWAY_CANNOT_REFUND = StatusWord(
    "gatewayCannotRefund",
    409,
    "이 결제사를 통해서는 환불할 수 없습니다.",
    "This gateway cannot give money back.",
)

# --- what the gateway is told
ACCEPTED = StatusWord("accepted", 200, "접수되었습니다.", "Accepted.")
CONFIRMED = StatusWord("confirmed", 200, "결제를 진행해도 됩니다.", "The payment may go on.")
AMOUNT_DIFFERS = StatusWord(
    "amountDiffers",
    409,
    "주문 금액과 결제 금액이 다릅니다.",
    "The amount is not the order's amount.",
)
ALREADY_PAID = StatusWord(
    "alreadyPaid", 409, "이미 결제가 완료된 주문입니다.", "The order is already paid."
)
ORDER_EXPIRED = StatusWord(
    "orderExpired", 409, "결제 기한이 지난 주문입니다.", "The order's time to pay has run out."
)

# --- requests that cannot be answered
INVALID_REQUEST = StatusWord(
    "invalidRequest", 400, "요청 내용이 올바르지 않습니다.", "The request is not valid."
)
UNAUTHORIZED = StatusWord(
    "unauthorized", 401, "API 키가 없거나 올바르지 않습니다.", "The API key is missing or wrong."
)
NOT_AUTHENTIC = StatusWord(
    "notAuthentic",
    401,
    "결제사가 보낸 요청임을 확인할 수 없습니다.",
    "The request is not signed by the gateway, or not lately.",
)
NOT_FOUND = StatusWord("notFound", 404, "없는 주소입니다.", "There is nothing at this address.")
METHOD_NOT_ALLOWED = StatusWord(
    "methodNotAllowed",
    405,
    "이 주소에서 지원하지 않는 요청 방식입니다.",
    "This address does not answer to this method.",
)
TOO_LARGE = StatusWord("tooLarge", 413, "요청 본문이 너무 큽니다.", "The body is too large.")
UNSUPPORTED_MEDIA_TYPE = StatusWord(
    "unsupportedMediaType",
    415,
    "지원하지 않는 본문 형식입니다.",
    "The body's content type is not supported.",
)
TOO_MANY_REQUESTS = StatusWord(
    "tooManyRequests",
    429,
    "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    "Too many requests. Please try again in a moment.",
)
DATABASE_UNAVAILABLE = StatusWord(
    "databaseUnavailable",
    503,
    "일시적으로 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    "This cannot be done right now. Please try again in a moment.",
)
INTERNAL_ERROR = StatusWord(
    "internalError", 500, "예상하지 못한 오류가 발생했습니다.", "Something unexpected went wrong."
)

# --- health
LIVE = StatusWord("live", 200, "실행 중입니다.", "The service is running.")
READY = StatusWord("ready", 200, "요청을 받을 수 있습니다.", "The service is ready.")
NOT_READY = StatusWord(
    "notReady", 503, "아직 요청을 받을 수 없습니다.", "The service is not ready."
)

OUTCOME_WORDS: dict[OutcomeKind, StatusWord] = {
    OutcomeKind.PAID: SUCCESS,
    OutcomeKind.AWAITING_DEPOSIT: ACCOUNT_ISSUED,
    OutcomeKind.PENDING: PENDING,
    OutcomeKind.FORGED: FORGERY,
    OutcomeKind.FAILED: FAILED,
    OutcomeKind.CANCELLED: CANCELLED,
    OutcomeKind.SURPLUS: DUPLICATE_PAYMENT,
}

REFUND_WORDS: dict[RefundStatus, StatusWord] = {
    RefundStatus.AWAITING_APPROVAL: REFUND_AWAITING_APPROVAL,
    RefundStatus.REQUESTED: REFUND_REQUESTED,
    RefundStatus.ASKED: REFUND_ASKED,
    RefundStatus.DONE: REFUND_DONE,
    RefundStatus.REFUSED: REFUND_REFUSED,
}
