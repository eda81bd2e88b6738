from typing import Any

import httpx
import pytest

from domain.money import Currency, Money
from domain.order import Order, OrderStatus
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RecordCorrupt,
    RepositoryUnavailable,
)
from tests.support.api import ENGLISH, IDS, a_shop_with, asking
from tests.support.factories import (
    a_key,
    a_payment,
    an_account,
    an_order,
    won,
)
from tests.support.shop import Shop

TOKEN = an_order().client_token
DOLLARS = Money.of("1000", Currency("USD"))


def paid_by_another() -> Order:
    other = a_payment(key=a_key("imp_000000000099"))
    return an_order(version=1, status=OrderStatus.PAID, payments=(other,), settled_by=other.key)


# One row for each row of the interface's table that a payment can lead to.
VERDICTS: list[Any] = [
    pytest.param(a_payment(), 200, "success", "일반 결제 성공", id="paid"),
    pytest.param(
        a_payment(status=PaymentStatus.AWAITING_DEPOSIT),
        200,
        "vbankIssued",
        "가상계좌 발급 성공",
        id="account issued",
    ),
    pytest.param(a_payment(status=PaymentStatus.OPENED), 202, "pending", "결제가", id="open"),
    pytest.param(a_payment(status=PaymentStatus.UNKNOWN), 202, "pending", "결제가", id="unknown"),
    pytest.param(a_payment(mode=Mode.UNKNOWN), 202, "pending", "결제가", id="mode not told"),
    pytest.param(a_payment(total=won(100)), 400, "forgery", "위조된 결제시도", id="amount"),
    pytest.param(a_payment(total=DOLLARS), 400, "forgery", "위조된 결제시도", id="currency"),
    pytest.param(a_payment(order_id="other"), 400, "forgery", "위조된 결제시도", id="order id"),
    pytest.param(a_payment(mode=Mode.TEST), 400, "forgery", "위조된 결제시도", id="mode"),
    pytest.param(a_payment(status=PaymentStatus.FAILED), 402, "failed", "결제에", id="failed"),
    pytest.param(
        a_payment(status=PaymentStatus.CANCELLED), 409, "cancelled", "취소", id="cancelled"
    ),
    pytest.param(
        a_payment(status=PaymentStatus.PARTIALLY_CANCELLED),
        409,
        "cancelled",
        "취소",
        id="refunded in part",
    ),
    pytest.param(None, 404, "paymentNotFound", "결제 정보", id="no such payment"),
]

OUTAGES: list[Any] = [
    (GatewayUnavailable("timeout"), 503, "gatewayUnavailable", True),
    (GatewayProtocolError("not-json"), 503, "gatewayUnavailable", True),
    (GatewayRefused("credentials"), 502, "gatewayRefused", False),
]

BROKEN_RECORDS: list[Any] = [
    RepositoryUnavailable("locked"),
    RecordCorrupt("bad-order", order_id="order-0001", field="amount"),
]


async def complete(shop: Shop, body: Any = None, **headers: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.post("/payments/complete", json=body or IDS, headers=headers)


@pytest.mark.parametrize(("payment", "code", "status", "korean"), VERDICTS)
async def test_each_verdict_has_its_answer(
    payment: Payment | None, code: int, status: str, korean: str
) -> None:
    shop = a_shop_with()
    if payment is not None:
        shop.gateway.put(payment)

    answer = await complete(shop)

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert answer.json()["message"].startswith(korean)
    assert set(answer.json()) == {"status", "message"}


@pytest.mark.parametrize(("payment", "code", "status", "korean"), VERDICTS)
async def test_each_verdict_is_told_in_english_on_request(
    payment: Payment | None, code: int, status: str, korean: str
) -> None:
    shop = a_shop_with()
    if payment is not None:
        shop.gateway.put(payment)

    answer = await complete(shop, **ENGLISH)

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert answer.json()["message"].isascii()


async def test_a_second_payment_of_a_paid_order_is_a_duplicate() -> None:
    shop = a_shop_with(paid_by_another())
    shop.gateway.put(a_payment())

    answer = await complete(shop)

    assert answer.status_code == 409
    assert answer.json()["status"] == "duplicatePayment"


async def test_a_payment_of_another_order_is_a_forgery() -> None:
    other = an_order(
        order_id="order-0002",
        version=1,
        status=OrderStatus.PAID,
        payments=(a_payment(order_id="order-0002"),),
    )
    shop = a_shop_with(an_order(), other)
    shop.gateway.put(a_payment())

    answer = await complete(shop)

    assert answer.status_code == 400
    assert answer.json()["status"] == "forgery"


async def test_an_unknown_order_is_not_found() -> None:
    shop = Shop()

    answer = await complete(shop)

    assert (answer.status_code, answer.json()["status"]) == (404, "orderNotFound")


@pytest.mark.parametrize(("error", "code", "status", "retries"), OUTAGES)
async def test_an_outage_of_the_gateway_is_named(
    error: PortError, code: int, status: str, retries: bool
) -> None:
    shop = a_shop_with()
    shop.gateway_fails(error)

    answer = await complete(shop)

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert ("retry-after" in answer.headers) is retries


@pytest.mark.parametrize("error", BROKEN_RECORDS)
async def test_a_record_out_of_reach_is_named(error: PortError) -> None:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", error)

    answer = await complete(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "databaseUnavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_losing_every_race_counts_as_the_database_being_away() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    shop.faults.fail_always("save", ConcurrentUpdate("version"))

    answer = await complete(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "databaseUnavailable")


async def test_too_many_questions_say_when_to_come_back() -> None:
    shop = a_shop_with(questions_per_window=1)
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))

    first, second = await complete(shop), await complete(shop)

    assert first.status_code == 202
    assert (second.status_code, second.json()["status"]) == (429, "tooManyRequests")
    assert int(second.headers["retry-after"]) == 10


async def test_the_order_s_token_opens_the_order_s_data() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment(receipt_url="https://receipt.example/1"))

    answer = await complete(shop, IDS | {"client_token": TOKEN})

    assert answer.json() == {
        "status": "success",
        "message": "일반 결제 성공",
        "order_id": "order-0001",
        "amount": "1000",
        "currency": "KRW",
        "receipt_url": "https://receipt.example/1",
        "virtual_account": None,
    }


async def test_the_order_s_token_opens_the_account_to_pay_into() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT))

    answer = await complete(shop, IDS | {"client_token": TOKEN})

    assert answer.json()["virtual_account"] == {
        "bank_code": "088",
        "bank_name": "신한은행",
        "number": an_account().number,
        "holder": "홍길동",
        "due_at": "2026-03-04T14:59:59Z",
    }


async def test_a_forgery_shows_the_owner_nothing_of_the_payment() -> None:
    shop = a_shop_with()
    shop.gateway.put(
        a_payment(status=PaymentStatus.OPENED, receipt_url="https://receipt.example/1")
    )
    await complete(shop)
    shop.gateway.put(a_payment(total=won(100)))

    answer = await complete(shop, IDS | {"client_token": TOKEN})

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    assert answer.json()["receipt_url"] is None
    assert '"100"' not in answer.text


async def test_a_wrong_token_is_refused_and_asks_nobody() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    answer = await complete(shop, IDS | {"client_token": "guess"})

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == ["client_token"]
    assert shop.gateway.questions.total() == 0


async def test_a_token_of_null_counts_as_none() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    answer = await complete(shop, IDS | {"client_token": None})

    assert set(answer.json()) == {"status", "message"}


@pytest.mark.parametrize("field", ["order_id", "amount", "currency", "receipt_url"])
async def test_what_the_page_claims_beside_the_ids_decides_nothing(field: str) -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    answer = await complete(shop, IDS | {field: "anything", "status": "failed", "success": False})

    assert answer.json()["status"] == "success"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"imp_uid": None}, "imp_uid"),
        ({"imp_uid": 1}, "imp_uid"),
        ({"imp_uid": ""}, "imp_uid"),
        ({"imp_uid": "../users/getToken"}, "imp_uid"),
        ({"imp_uid": "imp_1\x00"}, "imp_uid"),
        ({"imp_uid": "x" * 201}, "imp_uid"),
        ({"imp_uid": ["imp_1"]}, "imp_uid"),
        ({"merchant_uid": True}, "merchant_uid"),
        ({"merchant_uid": "x" * 41}, "merchant_uid"),
        ({"merchant_uid": "주문-1"}, "merchant_uid"),
        ({"merchant_uid": ".."}, "merchant_uid"),
        ({"client_token": ""}, "client_token"),
        ({"client_token": "x" * 201}, "client_token"),
        ({"client_token": 7}, "client_token"),
    ],
)
async def test_a_malformed_field_is_named_as_the_client_knows_it(
    changes: dict[str, Any], field: str
) -> None:
    shop = a_shop_with()

    answer = await complete(shop, IDS | changes)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert all(error["message"] for error in answer.json()["errors"])
    assert shop.asked == []
