"""A refund is asked for once, with its amount, and only a clear answer is believed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.portone_v1.desk_wire import cancel_request, read_declined
from adapters.portone_v1.refunds import PortOneV1RefundDesk
from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundAccount
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import PAYMENT_ID, won
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.portone_v1.conftest import MakeSession
from tests.unit.adapters.portone_v1.samples import TOKEN, answer, changed, sample

ORDER = RefundOrder(
    refund_id="refund-1",
    payment_id=PAYMENT_ID,
    amount=won(300),
    remaining=won(1000),
    reason="고객 변심",
)
ACCOUNT = RefundAccount(
    bank_code="088", number="110-123-456789", holder="홍길동", phone="010-1234-5678"
)
REFUNDED = changed("paid_card", amount=1000, cancel_amount=300, status="cancelled")
HTML = b"<html>sorry</html>"


def refusal(message: object, code: object = 1) -> bytes:
    return json.dumps({"code": code, "message": message, "response": None}).encode()


def test_the_request_names_the_amount_and_what_remains() -> None:
    assert json.loads(cancel_request(ORDER)) == {
        "imp_uid": PAYMENT_ID,
        "amount": 300,
        "checksum": 1000,
        "reason": "고객 변심",
    }


def test_amounts_are_sent_as_numbers_with_just_their_digits() -> None:
    dollars = [Money.of(number, Currency("USD")) for number in ("0.10", "14.20")]

    body = cancel_request(replace(ORDER, amount=dollars[0], remaining=dollars[1]))

    assert b'"amount":0.10,"checksum":14.20,' in body


@pytest.mark.parametrize("phone", [None, "010-1234-5678"])
def test_the_account_is_sent_in_the_vendors_words(phone: str | None) -> None:
    sent = json.loads(cancel_request(replace(ORDER, account=replace(ACCOUNT, phone=phone))))

    told = {name: sent[name] for name in sent if name.startswith("refund_")}
    assert told == {
        "refund_holder": "홍길동",
        "refund_bank": "088",
        "refund_account": "110-123-456789",
    } | ({} if phone is None else {"refund_tel": phone})


def test_a_reason_is_made_fit_to_send() -> None:
    sent = json.loads(cancel_request(replace(ORDER, reason="a\0" + "b" * 1000)))

    assert sent["reason"] == "a\ufffd" + "b" * 198


async def refunded(
    make_session: MakeSession, *answers: bytes, order: RefundOrder = ORDER
) -> tuple[Payment | RefundDeclined | PortError, int]:
    """Ask through a scripted server; what came of it, and how often a refund was asked for."""
    async with scripted([http(200, TOKEN), *answers]) as script:
        desk = PortOneV1RefundDesk(make_session(script.base_url), timeout_s=20)
        outcome: Payment | RefundDeclined | PortError
        try:
            outcome = await desk.refund(order)
        except PortError as error:
            outcome = error
        asked = [each for each in script.requests if each.startswith(b"POST /payments/cancel ")]
    return outcome, len(asked)


async def test_a_success_is_the_payment_as_it_is_afterwards(make_session: MakeSession) -> None:
    outcome, asked = await refunded(make_session, http(200, REFUNDED))

    assert isinstance(outcome, Payment)
    assert outcome.status is PaymentStatus.PARTIALLY_CANCELLED
    assert outcome.cancelled == won(300)
    assert asked == 1


@pytest.mark.parametrize(
    ("status", "code"), [(200, 1), (200, -1), (400, -1), (404, -1), (404, 2**40)]
)
async def test_a_refusal_in_the_vendors_envelope_is_a_value(
    make_session: MakeSession, status: int, code: int
) -> None:
    outcome, asked = await refunded(make_session, http(status, refusal(" 이미 취소된 건 ", code)))

    assert outcome == RefundDeclined(reason="이미 취소된 건")
    assert asked == 1


async def test_the_documented_refusal_is_a_value(make_session: MakeSession) -> None:
    seen = sample("portone_v1/error_200_cancel_refused.json")

    outcome, _ = await refunded(make_session, http(200, seen))

    assert isinstance(outcome, RefundDeclined)


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (b"", GatewayUnavailable),
        (http(200, REFUNDED)[:-50], GatewayUnavailable),
        (http(400, HTML), GatewayUnavailable),
        (http(404, HTML), GatewayUnavailable),
        (http(408, refusal("busy")), GatewayUnavailable),
        (http(429, refusal("busy"), Retry_After="0"), GatewayUnavailable),
        (http(500, refusal("broken")), GatewayUnavailable),
        (http(502, HTML), GatewayUnavailable),
        (http(503, HTML, Retry_After="0"), GatewayUnavailable),
        (http(403, refusal("no")), GatewayRefused),
        (http(409, refusal("no")), GatewayProtocolError),
        (http(201, REFUNDED), GatewayProtocolError),
        (http(200, HTML), GatewayProtocolError),
        (http(200, b"[]"), GatewayProtocolError),
        (http(200, b'{"code":"0"}'), GatewayProtocolError),
        (http(200, answer(None)), GatewayProtocolError),
        (http(200, b" " * 2_000_000), GatewayProtocolError),
    ],
    ids=range(17),
)
async def test_anything_else_is_unknown_and_never_asked_again(
    make_session: MakeSession, broken: bytes, kind: type[PortError]
) -> None:
    outcome, asked = await refunded(make_session, broken, http(200, REFUNDED))

    assert type(outcome) is kind
    assert asked == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"cancel_amount": 0, "status": "paid"},
        {"cancel_amount": 299},
        {"cancel_amount": 301},
        {"cancel_amount": 1000},
        {"amount": 999},
        {"currency": "JPY"},
        {"currency": "XXX"},
        {"imp_uid": "imp_000000000002"},
        {"cancel_amount": "1e2"},
    ],
    ids=str,
)
async def test_a_success_that_does_not_show_this_refund_is_unknown(
    make_session: MakeSession, changes: dict[str, Any]
) -> None:
    fields = {"amount": 1000, "cancel_amount": 300, "status": "cancelled"} | changes

    outcome, asked = await refunded(make_session, http(200, changed("paid_card", **fields)))

    assert isinstance(outcome, GatewayProtocolError)
    assert asked == 1


async def test_refused_twice_with_a_new_token_is_a_refusal(make_session: MakeSession) -> None:
    no = http(401, refusal("no", -1))

    outcome, asked = await refunded(make_session, no, http(200, TOKEN), no)

    assert isinstance(outcome, GatewayRefused)
    assert asked == 2


async def test_a_time_that_is_over_is_unknown(make_session: MakeSession) -> None:
    async with scripted([http(200, TOKEN), http(200, REFUNDED)[:-1]]) as script:
        desk = PortOneV1RefundDesk(make_session(script.base_url), timeout_s=0.000_001)
        with pytest.raises(GatewayUnavailable) as error:
            await desk.refund(ORDER)

    assert error.value.code == "timeout"


async def test_another_gateways_payment_is_not_asked_for(make_session: MakeSession) -> None:
    async with scripted([]) as script:
        with pytest.raises(InvalidValue):
            await PortOneV1RefundDesk(make_session(script.base_url)).refund(
                replace(ORDER, payment_id="pay-1")
            )

    assert script.requests == []


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("잔액 부족", "잔액 부족"),
        ("계좌 110-123-456789 오류", "계좌 *** 오류"),
        ("계좌 110123456789 오류", "계좌 *** 오류"),
        ("예금주 홍길동 불일치, 010-1234-5678", "예금주 *** 불일치, ***"),
        ("01012345678, 010 1234 5678/02-123-4567", "***, ***/***"),
        ("50,000,000원 중 12345678원", "50,000,000원 중 12345678원"),
        ("imp_000000000001", "imp_000000000001"),
        ("a\nb\x00", "a\ufffdb\ufffd"),
        ("x" * 1000, "x" * 500),
        ("", "declined without a reason"),
        ("  ", "declined without a reason"),
        (None, "declined without a reason"),
        ({"a": 1}, "declined without a reason"),
    ],
    ids=range(13),
)
def test_the_vendors_sentence_is_shown_without_anybodys_account_or_phone(
    sentence: object, shown: str
) -> None:
    declined = read_declined(refusal(sentence), replace(ORDER, account=ACCOUNT))

    assert declined.reason == shown
