"""Our word takes the money once; what is not clear is looked up, and never guessed."""

import json
from typing import Any

import pytest

from adapters.portone_v2.approval import PortOneV2Approval
from adapters.portone_v2.wire import Reading
from domain.errors import InvalidValue
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.payment_approval import ApprovalDeclined
from tests.support.factories import won
from tests.support.scripted_server import Script, http, scripted
from tests.unit.adapters.portone_v2.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.portone_v2.samples import READING, STORE, payment

BY_SHOP = Reading(naming=READING.naming, shop_approves=True)
SUMMARY = b'{"pgTxId": "T1", "paidAt": "2023-11-14T22:01:00Z"}'
READY = payment(status="READY")
FAILED = payment(status="FAILED", failure={"reason": "한도초과"})


def refusal(type_: str, message: str | None = None) -> bytes:
    return json.dumps({"type": type_, "message": message}).encode()


async def approve(
    make_session: MakeSession, *answers: bytes, token: Any = "token-1", only_live: bool = True
) -> tuple[Payment | ApprovalDeclined, Script]:
    async with scripted(answers) as script:
        approval = PortOneV2Approval(
            make_session(script.base_url), BY_SHOP, only_live=only_live, timeout_s=PATIENT_S
        )
        return await approval.approve("order-0001", "order-0001", won(1000), token), script


@pytest.mark.parametrize("only_live", [True, False])
async def test_the_request_binds_amount_currency_and_mode(
    make_session: MakeSession, only_live: bool
) -> None:
    answer, script = await approve(
        make_session, http(200, SUMMARY), http(200, payment()), only_live=only_live
    )

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PAID
    sent = json.loads(script.requests[0].partition(b"\r\n\r\n")[2])
    assert sent.pop("isTest", None) is (False if only_live else None)
    assert sent == {
        "storeId": STORE,
        "paymentToken": "token-1",
        "totalAmount": 1000,
        "currency": "KRW",
    }


@pytest.mark.parametrize(
    "first", [http(409, refusal("ALREADY_PAID")), http(502, refusal("PG_PROVIDER"))]
)
async def test_what_was_taken_after_all_is_found(make_session: MakeSession, first: bytes) -> None:
    answer, _ = await approve(make_session, first, http(200, payment()))

    assert isinstance(answer, Payment)
    assert answer.holds_money


@pytest.mark.parametrize(
    "first", [http(200, SUMMARY), http(502, refusal("PG_PROVIDER", "declined"))]
)
async def test_what_failed_is_a_decline(make_session: MakeSession, first: bytes) -> None:
    answer, _ = await approve(make_session, first, http(200, FAILED))

    assert answer == ApprovalDeclined(reason="한도초과")


@pytest.mark.parametrize(
    ("status", "type_"),
    [
        (400, "INVALID_PAYMENT_TOKEN"),
        (409, "INFORMATION_MISMATCH"),
        (404, "PAYMENT_NOT_FOUND"),
        (400, "INVALID_REQUEST"),
    ],
)
async def test_the_vendors_no_is_a_decline(
    make_session: MakeSession, status: int, type_: str
) -> None:
    answer, script = await approve(make_session, http(status, refusal(type_, "아니오")))

    assert answer == ApprovalDeclined(reason="아니오")
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([http(200, SUMMARY), http(200, READY)], GatewayProtocolError),
        ([http(200, SUMMARY), http(404, refusal("PAYMENT_NOT_FOUND"))], GatewayProtocolError),
        ([http(200, b"[]")], GatewayProtocolError),
        ([http(502, refusal("PG_PROVIDER")), http(200, READY)], GatewayUnavailable),
        ([http(409, refusal("ALREADY_PAID")), http(200, READY)], GatewayProtocolError),
        ([http(503, b"<html>")], GatewayUnavailable),
        ([http(404, b"<html>")], GatewayUnavailable),
        ([http(401, b"")], GatewayRefused),
        ([http(403, refusal("FORBIDDEN"))], GatewayRefused),
    ],
)
async def test_anything_else_is_unknown_and_not_asked_again(
    make_session: MakeSession, answers: list[bytes], error: type[PortError]
) -> None:
    with pytest.raises(error) as raised:
        await approve(make_session, *answers)

    assert "token-1" not in str(raised.value)


async def test_without_a_token_the_buyer_has_not_allowed_it(make_session: MakeSession) -> None:
    answer, script = await approve(make_session, token=None)

    assert isinstance(answer, ApprovalDeclined)
    assert script.requests == []


@pytest.mark.parametrize("token", ["", "a b", "é", "x" * 1001, "a\n"])
async def test_a_token_that_cannot_be_is_never_sent(make_session: MakeSession, token: str) -> None:
    with pytest.raises(InvalidValue) as error:
        await approve(make_session, token=token)

    assert error.value.field == "paymentToken"


async def test_the_payment_of_another_order_is_not_ours_to_take(
    make_session: MakeSession,
) -> None:
    async with scripted([http(200, SUMMARY), http(200, payment())]) as script:
        approval = PortOneV2Approval(
            make_session(script.base_url), BY_SHOP, only_live=True, timeout_s=PATIENT_S
        )
        with pytest.raises(GatewayProtocolError):
            await approval.approve("order-0001", "order-0002", won(1000), "token-1")
