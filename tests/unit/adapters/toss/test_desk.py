"""Money is taken and given back by one request each, with a key, and only a clear answer counts."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.toss.approval import TossApproval
from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.refunds import TossRefundDesk
from adapters.toss.session import Session
from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundAccount
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.payment_approval import ApprovalDeclined
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import won
from tests.support.scripted_server import Script, http, scripted
from tests.unit.adapters.toss.conftest import MakeSession
from tests.unit.adapters.toss.samples import PAYMENT_ID, SECRET, changed, sample

Outcome = Payment | ApprovalDeclined | RefundDeclined | PortError
ACCOUNT = RefundAccount(bank_code="88", number="110-123-456789", holder="홍길동")
ORDER = RefundOrder(
    refund_id="refund-1",
    payment_id=PAYMENT_ID,
    amount=won(300),
    remaining=won(1000),
    reason="고객 변심",
)
APPROVED, REFUNDED = sample("done_card"), sample("partial_canceled")
HTML = b"<html>sorry</html>"


def refusal(code: str, message: object = "no") -> bytes:
    return json.dumps({"code": code, "message": message}).encode()


async def outcome_of(
    make_session: MakeSession, answer: bytes, ask: Callable[[Session], Awaitable[Any]]
) -> tuple[Outcome, Script]:
    async with scripted([answer, http(200, APPROVED), http(200, REFUNDED)]) as script:
        outcome: Outcome
        try:
            outcome = await ask(make_session(script.base_url))
        except PortError as error:
            outcome = error
    return outcome, script


async def approve(session: Session) -> Payment | ApprovalDeclined:
    approval = TossApproval(session, DepositSecrets(), timeout_s=20)
    return await approval.approve(PAYMENT_ID, "order-0001", won(1000), None)


async def refund(session: Session, order: RefundOrder = ORDER) -> Payment | RefundDeclined:
    return await TossRefundDesk(session, timeout_s=20).refund(order)


BOTH = pytest.mark.parametrize("ask", [approve, refund])


def sent(script: Script) -> tuple[str, dict[str, str], Any]:
    [request] = script.requests
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    pairs = (header.split(": ", 1) for header in headers)
    return line, {name.lower(): value for name, value in pairs}, json.loads(body)


async def test_an_approval_names_our_own_amount_and_has_a_key(make_session: MakeSession) -> None:
    outcome, script = await outcome_of(make_session, http(200, APPROVED), approve)

    line, headers, body = sent(script)
    assert isinstance(outcome, Payment)
    assert line == "POST /v1/payments/confirm HTTP/1.1"
    assert headers["idempotency-key"] == PAYMENT_ID
    assert headers["authorization"] == f"Basic {b64encode(b'live_sk_abc:').decode()}"
    assert headers["accept-language"] == "ko-KR"
    assert body == {"paymentKey": PAYMENT_ID, "orderId": "order-0001", "amount": 1000}


async def test_a_refund_names_what_remains_and_has_our_id_as_its_key(
    make_session: MakeSession,
) -> None:
    outcome, script = await outcome_of(make_session, http(200, REFUNDED), refund)

    line, headers, body = sent(script)
    assert isinstance(outcome, Payment)
    assert outcome.cancelled == won(300)
    assert line == f"POST /v1/payments/{PAYMENT_ID}/cancel HTTP/1.1"
    assert headers["idempotency-key"] == "refund-1"
    assert body == {"cancelReason": "고객 변심", "cancelAmount": 300, "refundableAmount": 1000}


async def test_cents_and_the_account_are_sent_in_the_vendors_words(
    make_session: MakeSession,
) -> None:
    cents = [Money.of(number, Currency("USD")) for number in ("0.10", "14.20")]
    order = replace(ORDER, amount=cents[0], remaining=cents[1], account=ACCOUNT, reason="a\0b")

    _, script = await outcome_of(
        make_session, http(200, REFUNDED), lambda session: refund(session, order)
    )

    assert b'"cancelAmount":0.10,"refundableAmount":14.20,' in script.requests[0]
    assert sent(script)[2] == {
        "cancelReason": "a\ufffdb",
        "cancelAmount": 0.1,
        "refundableAmount": 14.2,
        "currency": "USD",
        "refundReceiveAccount": {
            "bank": "88",
            "accountNumber": "110-123-456789",
            "holderName": "홍길동",
        },
    }


@BOTH
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALID_REQUEST"),
        (400, "ALREADY_CANCELED_PAYMENT"),
        (403, "REJECT_CARD_PAYMENT"),
        (403, "NOT_CANCELABLE_AMOUNT"),
        (404, "NOT_FOUND_PAYMENT_SESSION"),
        (400, "SOMETHING_NEW"),
    ],
)
async def test_a_clear_no_is_a_value(
    make_session: MakeSession, ask: Any, status: int, code: str
) -> None:
    outcome, script = await outcome_of(make_session, http(status, refusal(code)), ask)

    assert outcome in (ApprovalDeclined(reason="no"), RefundDeclined(reason="no"))
    assert len(script.requests) == 1


@BOTH
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", GatewayUnavailable),
        (http(200, APPROVED)[:-50], GatewayUnavailable),
        (http(400, refusal("ALREADY_PROCESSED_PAYMENT")), GatewayUnavailable),
        (http(400, refusal("PROVIDER_ERROR")), GatewayUnavailable),
        (http(409, refusal("IDEMPOTENT_REQUEST_PROCESSING")), GatewayUnavailable),
        (http(409, refusal("SOMETHING_NEW")), GatewayUnavailable),
        (http(403, refusal("FORBIDDEN_CONSECUTIVE_REQUEST")), GatewayUnavailable),
        (http(500, refusal("FAILED_INTERNAL_SYSTEM_PROCESSING")), GatewayUnavailable),
        (http(500, refusal("UNAUTHORIZED_KEY")), GatewayRefused),
        (http(429, refusal("TOO_MANY"), Retry_After="0"), GatewayUnavailable),
        (http(400, HTML), GatewayUnavailable),
        (http(404, HTML), GatewayUnavailable),
        (http(400, refusal("lower case")), GatewayUnavailable),
        (http(502, HTML), GatewayUnavailable),
        (http(401, refusal("UNAUTHORIZED_KEY")), GatewayRefused),
        (http(401, HTML), GatewayRefused),
        (http(400, refusal("INVALID_API_KEY")), GatewayRefused),
        (http(403, refusal("FORBIDDEN_REQUEST")), GatewayRefused),
        (http(200, HTML), GatewayProtocolError),
        (http(200, b"[]"), GatewayProtocolError),
        (http(200, refusal("NOT_CANCELABLE_AMOUNT")), GatewayProtocolError),
        (http(201, APPROVED), GatewayProtocolError),
        (http(302, b"", Location="/x"), GatewayProtocolError),
        (http(200, b" " * 2_000_000), GatewayProtocolError),
    ],
    ids=range(24),
)
async def test_anything_else_is_unknown_and_never_asked_again(
    make_session: MakeSession, ask: Any, answer: bytes, kind: type[PortError]
) -> None:
    outcome, script = await outcome_of(make_session, answer, ask)

    assert type(outcome) is kind
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    "changes", [{"paymentKey": "another"}, {"orderId": "order-0002"}, {"balanceAmount": None}]
)
async def test_a_success_that_is_not_about_this_payment_is_nonsense(
    make_session: MakeSession, changes: dict[str, object]
) -> None:
    outcome, _ = await outcome_of(make_session, http(200, changed("done_card", **changes)), approve)

    assert isinstance(outcome, GatewayProtocolError)


@pytest.mark.parametrize(
    "changes",
    [
        {"balanceAmount": 1000, "status": "DONE"},
        {"balanceAmount": 701},
        {"balanceAmount": 0},
        {"currency": "JPY"},
        {"currency": "XXX"},
        {"paymentKey": "another"},
    ],
    ids=str,
)
async def test_a_success_that_does_not_show_this_refund_is_unknown(
    make_session: MakeSession, changes: dict[str, object]
) -> None:
    body = changed("partial_canceled", **changes)
    outcome, script = await outcome_of(make_session, http(200, body), refund)

    assert isinstance(outcome, GatewayProtocolError)
    assert len(script.requests) == 1


async def test_the_sentence_is_shown_without_the_refund_account(make_session: MakeSession) -> None:
    no = http(400, refusal("INVALID_REFUND_ACCOUNT_INFO", "예금주 홍길동, 110-123-456789 오류"))
    order = replace(ORDER, account=ACCOUNT)

    outcome, _ = await outcome_of(make_session, no, lambda session: refund(session, order))

    assert outcome == RefundDeclined(reason="예금주 ***, *** 오류")


async def test_without_a_sentence_the_code_is_the_reason(make_session: MakeSession) -> None:
    no = http(400, refusal("INVALID_REQUEST", {"a": 1}))

    outcome, _ = await outcome_of(make_session, no, approve)

    assert outcome == ApprovalDeclined(reason="INVALID_REQUEST")


async def test_an_approval_teaches_the_secret(make_session: MakeSession) -> None:
    secrets = DepositSecrets()
    async with scripted([http(200, sample("waiting_for_deposit"))]) as script:
        approval = TossApproval(make_session(script.base_url), secrets, timeout_s=20)
        answer = await approval.approve(PAYMENT_ID, "order-0001", won(1000), None)

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.AWAITING_DEPOSIT
    assert secrets.knows("order-0001", SECRET)


async def test_what_cannot_be_an_id_is_never_asked_about(make_session: MakeSession) -> None:
    async with scripted([]) as script:
        session = make_session(script.base_url)
        with pytest.raises(InvalidValue):
            await TossApproval(session, DepositSecrets()).approve("a/b", "o-1", won(1), None)
        with pytest.raises(InvalidValue):
            await TossApproval(session, DepositSecrets()).approve("a", "o/1", won(1), None)
        with pytest.raises(InvalidValue):
            await refund(session, replace(ORDER, payment_id="../x"))

    assert script.requests == []
