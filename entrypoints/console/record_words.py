"""The words of the record, in Korean and English: every status, verdict, task and difference."""

from collections.abc import Mapping

_Words = Mapping[str, tuple[str, str]]

_ORDER: _Words = {
    "pending": ("결제 전", "pending"),
    "awaitingDeposit": ("입금 대기", "awaiting deposit"),
    "paid": ("결제 완료", "paid"),
    "partiallyRefunded": ("부분 환불", "partly refunded"),
    "refunded": ("환불 완료", "refunded"),
    "expired": ("만료", "expired"),
}
_PAYMENT: _Words = {
    "opened": ("진행 중", "opened"),
    "awaitingDeposit": ("입금 대기", "awaiting deposit"),
    "paid": ("결제 완료", "paid"),
    "partiallyCancelled": ("부분 취소", "partly cancelled"),
    "cancelled": ("취소", "cancelled"),
    "failed": ("실패", "failed"),
    "unknown": ("알 수 없음", "unknown"),
}
_OUTCOME: _Words = {
    "paid": ("결제 확인", "paid"),
    "awaitingDeposit": ("가상계좌 발급", "account issued"),
    "pending": ("아직 알 수 없음", "not known yet"),
    "failed": ("결제 실패", "failed"),
    "cancelled": ("취소됨", "given back"),
    "surplus": ("초과 결제", "one too many"),
    "forged": ("위조", "forged"),
    "refundRequested": ("환불 요청", "refund requested"),
    "refundApproved": ("환불 승인", "refund approved"),
    "refundAsked": ("결제사에 환불 요청", "gateway asked to refund"),
    "refundDone": ("환불 완료", "refund done"),
    "refundRefused": ("환불 거절", "refund refused"),
}
_TRIGGER: _Words = {
    "browser": ("브라우저", "browser"),
    "redirect": ("모바일 이동", "redirect"),
    "webhook": ("웹훅", "webhook"),
    "reconcile": ("대사", "sweep"),
    "recheck": ("재확인", "recheck"),
    "cli": ("명령줄", "shell"),
    "console": ("콘솔", "console"),
    "shop": ("상점", "shop"),
    "policy": ("정책", "policy"),
    "refund": ("환불 작업", "refund task"),
}
_REFUND: _Words = {
    "awaitingApproval": ("승인 대기", "awaiting approval"),
    "requested": ("요청됨", "requested"),
    "asked": ("결제사에 요청함", "gateway asked"),
    "done": ("완료", "done"),
    "refused": ("거절", "refused"),
}
_UNREFUNDABLE: _Words = {
    "holdsNoMoney": ("돌려줄 돈이 남아 있지 않습니다", "the payment holds no money to give back"),
    "aboveRemaining": ("남은 금액보다 많습니다", "that is more than is left"),
    "accountMissing": ("돌려받을 계좌가 필요합니다", "a deposit needs an account to go back to"),
    "tooManyRefunds": (
        "이 주문의 환불이 너무 많습니다",
        "the order has too many refunds already",
    ),
    "settlesOrder": ("이제 이 결제가 주문을 결제합니다", "the payment settles its order by now"),
    "changedMeanwhile": (
        "그사이 다른 환불이 있었습니다",
        "something else was given back meanwhile",
    ),
    "gatewayCannotRefund": ("이 결제사는 환불을 지원하지 않습니다", "this gateway cannot refund"),
    "otherOrder": ("다른 주문의 돈입니다", "its money is another order's"),
    "notApproved": ("승인되지 않았습니다", "it was not approved"),
    "paymentNotFound": ("그런 결제가 없습니다", "the order knows no such payment"),
}
_EVENT: _Words = {
    "order.paid": ("결제 완료", "order paid"),
    "order.awaiting_deposit": ("입금 대기", "awaiting deposit"),
    "order.refunded": ("환불 완료", "order refunded"),
    "order.partially_refunded": ("부분 환불", "order partly refunded"),
    "order.expired": ("만료", "order expired"),
    "payment.forged": ("위조 시도", "payment forged"),
    "payment.surplus": ("초과 결제", "payment surplus"),
    "payment.failed": ("결제 실패", "payment failed"),
    "payment.refunded": ("결제 환불", "payment refunded"),
    "payment.taken_back": ("결제 취소됨", "payment taken back"),
}
_TASK: _Words = {
    "tellBuyerAccount": ("구매자에게 계좌 문자", "text the buyer"),
    "alertOperator": ("운영자에게 알림", "alert the operator"),
    "recheck": ("결제 재확인", "look again"),
    "depositDeadline": ("입금 기한 확인", "deposit deadline"),
    "tellShop": ("상점에 알림", "tell the shop"),
    "refund": ("환불 진행", "carry out a refund"),
    "autoRefund": ("자동 환불", "automatic refund"),
    "registerAmount": ("결제 금액 사전 등록", "register the amount"),
}
_STATE: _Words = {
    "waiting": ("대기", "waiting"),
    "leased": ("진행 중", "being done"),
    "parked": ("멈춤", "parked"),
    "done": ("완료", "done"),
}
_ACT: _Words = {
    "lookedAgain": ("결제사에 다시 확인", "looked again"),
    "resentEvent": ("소식 다시 보냄", "resent an event"),
    "retriedTask": ("작업 다시 시도", "retried a task"),
    "requestedRefund": ("환불 요청", "requested a refund"),
    "approvedRefund": ("환불 승인", "approved a refund"),
    "declinedRefund": ("환불 거절", "declined a refund"),
}
_DIFFERENCE: _Words = {
    "missingHere": ("우리 기록에 없음", "missing here"),
    "missingHereWithoutOrder": ("주문 없는 결제", "no order for it"),
    "paidHereNotThere": ("결제사는 결제를 부인", "paid here, not there"),
    "unknownThere": ("결제사에 없음", "unknown there"),
    "over": ("더 많이 결제", "paid more"),
    "under": ("더 적게 결제", "paid less"),
    "currency": ("통화 다름", "other currency"),
    "testMode": ("테스트 결제", "test mode"),
    "otherOrder": ("다른 주문", "other order"),
    "otherAccount": ("다른 가맹점", "other account"),
    "surplus": ("초과 결제", "one too many"),
    "refundedThere": ("결제사에서 환불", "refunded there"),
    "accountExpired": ("입금 기한 만료", "account expired"),
    "depositLate": ("늦은 입금", "late deposit"),
    "otherNews": ("다른 소식", "other news"),
    "contradiction": ("모순", "contradiction"),
    "unreadableThere": ("결제사 응답을 읽을 수 없음", "unreadable there"),
    "unreadableHere": ("우리 기록을 읽을 수 없음", "unreadable here"),
}
_SWEEPER: _Words = {
    "worker": ("작업자", "worker"),
    "cli": ("명령줄", "shell"),
}
_FIELD: _Words = {
    "amount": ("금액", "amount"),
    "currency": ("통화", "currency"),
    "order_id": ("주문번호", "order id"),
    "mode": ("모드", "mode"),
    "merchant_account": ("가맹점", "merchant account"),
}

RECORD_WORDS: Mapping[str, _Words] = {
    "order": _ORDER,
    "payment": _PAYMENT,
    "outcome": _OUTCOME,
    "trigger": _TRIGGER,
    "refund": _REFUND,
    "unrefundable": _UNREFUNDABLE,
    "event": _EVENT,
    "task": _TASK,
    "state": _STATE,
    "act": _ACT,
    "difference": _DIFFERENCE,
    "sweeper": _SWEEPER,
    "field": _FIELD,
}
