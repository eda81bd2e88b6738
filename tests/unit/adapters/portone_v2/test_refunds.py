"""A refund is asked for once, with its amount, and only a clear answer is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.portone_v2.refunds import PortOneV2RefundDesk
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundAccount
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import won
from tests.support.scripted_server import Script, http, scripted
from tests.unit.adapters.portone_v2.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.portone_v2.samples import READING, STORE, payment

ORDER = RefundOrder(
    refund_id="refund-1",
    payment_id="order-0001",
    amount=won(300),
    remaining=won(1000),
    reason="고객 변심",
)
ACCOUNT = RefundAccount(
    bank_code="SHINHAN", number="110-123-456789", holder="홍길동", phone="010-1234-5678"
)
REFUNDED = payment(status="PARTIAL_CANCELLED", amount={"cancelled": 300})


def cancellation(status: str = "SUCCEEDED", total: Any = 300) -> bytes:
    return json.dumps({"cancellation": {"status": status, "totalAmount": total}}).encode()


def refusal(type_: str, message: str | None = None) -> bytes:
    return json.dumps({"type": type_, "message": message}).encode()


async def refund(
    make_session: MakeSession, *answers: bytes, order: RefundOrder = ORDER
) -> tuple[Payment | RefundDeclined, Script]:
    async with scripted(answers) as script:
        desk = PortOneV2RefundDesk(make_session(script.base_url), READING, timeout_s=PATIENT_S)
        return await desk.refund(order), script


async def test_the_request_names_store_amount_and_what_remains(make_session: MakeSession) -> None:
    answer, script = await refund(make_session, http(200, cancellation()), http(200, REFUNDED))

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PARTIALLY_CANCELLED
    assert script.targets == [
        "/payments/order-0001/cancel",
        f"/payments/order-0001?storeId={STORE}",
    ]
    assert json.loads(script.requests[0].partition(b"\r\n\r\n")[2]) == {
        "storeId": STORE,
        "amount": 300,
        "currentCancellableAmount": 1000,
        "reason": "고객 변심",
    }
    assert b"Authorization: PortOne made-up\r\n" in script.requests[0]


@pytest.mark.parametrize("phone", [None, "010-1234-5678"])
async def test_the_account_is_sent_in_the_vendors_words(
    make_session: MakeSession, phone: str | None
) -> None:
    order = replace(ORDER, account=replace(ACCOUNT, phone=phone))

    _, script = await refund(
        make_session, http(200, cancellation()), http(200, REFUNDED), order=order
    )

    sent = json.loads(script.requests[0].partition(b"\r\n\r\n")[2])["refundAccount"]
    assert sent.pop("holderPhoneNumber", None) == phone
    assert sent == {"bank": "SHINHAN", "number": "110-123-456789", "holderName": "홍길동"}


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_the_vendors_no_is_a_decline_in_its_own_words(
    make_session: MakeSession, status: int
) -> None:
    told = "홍길동 110-123-456789 계좌 환불 불가 (010-1234-5678)"
    order = replace(ORDER, account=ACCOUNT)

    worded, _ = await refund(
        make_session, http(status, refusal("PAYMENT_NOT_PAID", told)), order=order
    )
    bare, _ = await refund(make_session, http(status, refusal("PAYMENT_NOT_PAID")))

    assert worded == RefundDeclined(reason="*** *** 계좌 환불 불가 (***)")
    assert bare == RefundDeclined(reason="payment not paid")


async def test_a_cancellation_that_failed_gave_nothing_back(make_session: MakeSession) -> None:
    answer, script = await refund(make_session, http(200, cancellation("FAILED")))

    assert isinstance(answer, RefundDeclined)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([http(200, cancellation("REQUESTED"))], GatewayUnavailable),
        ([http(200, cancellation("NEW_WORD"))], GatewayProtocolError),
        ([http(200, cancellation(total=299))], GatewayProtocolError),
        ([http(200, cancellation(total=None))], GatewayProtocolError),
        ([http(200, b"{}")], GatewayProtocolError),
        ([http(200, b"[]")], GatewayProtocolError),
        ([http(502, refusal("PG_PROVIDER", "x"))], GatewayUnavailable),
        ([http(503, b"<html>sorry</html>")], GatewayUnavailable),
        ([http(404, b"<html>not here</html>")], GatewayUnavailable),
        ([http(409, b'{"type": "odd word"}')], GatewayUnavailable),
        ([http(429, refusal("RATE_LIMITED"))], GatewayUnavailable),
        ([http(401, b"")], GatewayRefused),
        ([http(403, refusal("FORBIDDEN"))], GatewayRefused),
        ([http(302, b"", Location="/x")], GatewayProtocolError),
        # Done, but how the payment stands is not told, or is told otherwise.
        ([http(200, cancellation()), http(200, payment())], GatewayProtocolError),
        (
            [http(200, cancellation()), http(404, refusal("PAYMENT_NOT_FOUND"))],
            GatewayProtocolError,
        ),
        (
            [http(200, cancellation()), http(200, payment(currency="USD"))],
            GatewayProtocolError,
        ),
        (
            [http(200, cancellation()), http(200, payment(amount={"total": 2**63}))],
            GatewayProtocolError,
        ),
        ([http(200, cancellation()), http(401, b"")], GatewayRefused),
    ],
)
async def test_anything_else_is_unknown_and_not_asked_again(
    make_session: MakeSession, answers: list[bytes], error: type[PortError]
) -> None:
    async with scripted(answers) as script:
        desk = PortOneV2RefundDesk(make_session(script.base_url), READING, timeout_s=PATIENT_S)
        with pytest.raises(error) as raised:
            await desk.refund(ORDER)

    assert len(script.requests) == len(answers)
    assert "order-0001" not in str(raised.value)
