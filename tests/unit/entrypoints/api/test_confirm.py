import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.order import Order, OrderStatus
from entrypoints.api import confirm as confirmation
from ports.errors import RecordCorrupt, RepositoryUnavailable
from tests.support.api import ENGLISH, IDS, a_shop_with, asking
from tests.support.factories import NOON, a_payment, an_order
from tests.support.shop import Shop

PATH = "/confirm/portone-v1"
QUESTION = IDS | {"amount": 1000}
FIXTURE = Path(__file__).parents[3] / "fixtures" / "confirm" / "v1_request.json"

DECLINED: list[Any] = [
    (an_order(order_id="other"), QUESTION, 404, "orderNotFound", "주문을 찾을"),
    (an_order(), QUESTION | {"amount": 999}, 409, "amountDiffers", "주문 금액과"),
    (an_order(), QUESTION | {"amount": "1000.5"}, 409, "amountDiffers", "주문 금액과"),
    (an_order(), QUESTION | {"amount": -1000}, 409, "amountDiffers", "주문 금액과"),
    (
        an_order(
            version=1,
            status=OrderStatus.PAID,
            payments=(a_payment(),),
            settled_by=a_payment().key,
        ),
        QUESTION,
        409,
        "alreadyPaid",
        "이미 결제가",
    ),
    (
        an_order(expires_at=NOON - timedelta(seconds=1)),
        QUESTION,
        409,
        "orderExpired",
        "결제 기한이",
    ),
]


async def confirm(shop: Shop, question: Any = QUESTION, **headers: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.post(PATH, json=question, headers=headers)


async def test_an_honest_payment_may_go_on() -> None:
    shop = a_shop_with()

    answer = await confirm(shop)

    assert answer.status_code == 200
    assert answer.json() == {"status": "confirmed", "message": "결제를 진행해도 됩니다."}


@pytest.mark.parametrize("amount", ["1000", "1000.00", 1000.0])
async def test_the_amount_may_be_written_in_any_way(amount: object) -> None:
    answer = await confirm(a_shop_with(), QUESTION | {"amount": amount})

    assert answer.status_code == 200


async def test_the_question_may_be_a_form() -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.post(PATH, data=IDS | {"amount": "1000"})

    assert answer.status_code == 200


async def test_the_vendor_s_own_question_is_understood() -> None:
    question = json.loads(FIXTURE.read_bytes())
    shop = a_shop_with(an_order(order_id=question["merchant_uid"]))

    answer = await confirm(shop, question | {"amount": 1000, "added": "later"})

    assert answer.status_code == 200


@pytest.mark.parametrize(("order", "question", "code", "status", "korean"), DECLINED)
async def test_each_veto_has_its_reason(
    order: Order, question: dict[str, Any], code: int, status: str, korean: str
) -> None:
    answer = await confirm(a_shop_with(order), question)

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert answer.json()["reason"].startswith(korean)
    assert answer.json()["message"] == answer.json()["reason"]


@pytest.mark.parametrize(("order", "question", "code", "status", "korean"), DECLINED)
async def test_the_reason_is_in_english_on_request(
    order: Order, question: dict[str, Any], code: int, status: str, korean: str
) -> None:
    answer = await confirm(a_shop_with(order), question, **ENGLISH)

    assert answer.json()["reason"].isascii()


async def test_the_gateway_is_never_asked() -> None:
    shop = a_shop_with()

    await confirm(shop)

    assert shop.asked == ["orders.find_by_id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"imp_uid": None}, "imp_uid"),
        ({"imp_uid": "a/b"}, "imp_uid"),
        ({"merchant_uid": 3}, "merchant_uid"),
        ({"merchant_uid": "a b"}, "merchant_uid"),
        ({"amount": None}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": []}, "amount"),
        ({"amount": "1,000"}, "amount"),
        ({"amount": "NaN"}, "amount"),
    ],
)
async def test_malformed_questions_stop_the_payment(changes: dict[str, Any], field: str) -> None:
    answer = await confirm(a_shop_with(), QUESTION | changes)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert answer.json()["reason"]


async def test_a_question_without_amount_stops_the_payment() -> None:
    answer = await confirm(a_shop_with(), IDS | {"status": "ready"})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "amount", "message": "is required"}]


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * 70_000, "application/json", 413),
        (b"amount=1&amount=1", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_whatever_stops_the_payment_gives_a_reason(
    content: bytes, content_type: str, code: int
) -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.post(PATH, content=content, headers={"Content-Type": content_type})

    assert answer.status_code == code
    assert answer.json()["reason"]


@pytest.mark.parametrize("error", [RepositoryUnavailable("locked"), RecordCorrupt("bad")])
async def test_a_record_out_of_reach_stops_the_payment(error: Exception) -> None:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", error)

    answer = await confirm(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "databaseUnavailable")
    assert answer.json()["reason"]


async def test_a_record_that_hangs_stops_the_payment_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(_call: str) -> None:
        await asyncio.sleep(60)

    shop = a_shop_with(around=hang)
    monkeypatch.setattr(confirmation, "DEADLINE_S", 0.05)

    async with asyncio.timeout(4):
        answer = await confirm(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "databaseUnavailable")
    assert answer.json()["reason"]


def test_the_deadline_leaves_time_within_the_promised_second() -> None:
    assert confirmation.DEADLINE_S <= 0.9


async def test_even_an_unexpected_error_stops_the_payment_with_a_reason() -> None:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", ZeroDivisionError("010-1234-5678"))

    answer = await confirm(shop)

    assert (answer.status_code, answer.json()["status"]) == (500, "internalError")
    assert answer.json()["reason"]
