from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.history_chain import entry_hash, root_hash
from domain.order import OrderStatus
from domain.payment import PaymentStatus
from domain.rule_version import RULE_VERSION
from ports.errors import RecordCorrupt, RepositoryUnavailable
from tests.support.api import API_KEY, BY_SHOP, ENGLISH, IDS, a_shop_with, asking
from tests.support.factories import (
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    a_customer,
    a_key,
    a_payment,
    an_account,
    an_entry,
    an_order,
    won,
)
from tests.support.shop import Shop

SALE = {"order_id": ORDER_ID, "amount": 1000, "currency": "KRW"}
FULL_SALE = SALE | {
    "name": "커피 원두 1kg",
    "customer": {"id": "customer-1", "phone": "010-1234-5678", "locale": "ko"},
    "expires_at": "2026-03-03T09:00:00+09:00",
}


async def register(shop: Shop, sale: Any, **headers: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.post("/orders", json=sale, headers=BY_SHOP | headers)


async def register_raw(shop: Shop, body: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.post("/orders", content=body.encode(), headers=BY_SHOP)


async def look(shop: Shop, path: str, **headers: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.get(path, headers=BY_SHOP | headers)


async def forged_then_awaited() -> Shop:
    """A shop whose order was forged in the browser, and then got its account by a redirect."""
    shop = a_shop_with()
    async with asking(shop) as client:
        shop.gateway.put(a_payment(total=won(100)))
        await client.post("/payments/complete", json=IDS)
        shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT))
        await client.get("/payments/redirect", params=IDS)
    return shop


async def test_a_new_order_is_created() -> None:
    shop = Shop()

    answer = await register(shop, FULL_SALE)

    assert answer.status_code == 201
    assert answer.json() == {
        "order_id": ORDER_ID,
        "status": "pending",
        "amount": "1000",
        "currency": "KRW",
        "client_token": shop.order().client_token,
    }
    assert shop.order().customer == a_customer()
    assert shop.order().name == "커피 원두 1kg"
    assert shop.order().expires_at == NOON.replace(day=3, hour=0, microsecond=0)


async def test_the_same_order_again_gives_the_same_answer() -> None:
    shop = Shop()

    first, second = await register(shop, FULL_SALE), await register(shop, FULL_SALE)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_the_same_amount_in_other_words_is_the_same_order() -> None:
    shop = Shop()
    dollars = SALE | {"currency": "USD"}

    answers = [await register(shop, dollars | {"amount": amount}) for amount in ("14.20", 14.2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["amount"] == "14.20"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 1001},
        {"currency": "JPY"},
        {"name": "tea"},
        {"customer": None},
        {"customer": {"id": "c"}},
    ],
)
async def test_another_content_under_the_same_id_is_a_conflict(changes: dict[str, Any]) -> None:
    shop = Shop()
    await register(shop, FULL_SALE)

    answer = await register(shop, FULL_SALE | changes)

    assert (answer.status_code, answer.json()["status"]) == (409, "orderConflict")
    assert shop.order().amount == won(1000)


@pytest.mark.parametrize(
    ("number", "currency", "shown"),
    [
        ("1000", "KRW", "1000"),
        ('"1000"', "KRW", "1000"),
        ("1e3", "KRW", "1000"),
        ("1000.00", "KRW", "1000"),
        ("14.20", "USD", "14.20"),
        ('"14.2"', "USD", "14.20"),
        ("0.1", "USD", "0.10"),
        ("0.29", "USD", "0.29"),
        ("4.35", "USD", "4.35"),
        ("1.005", "KWD", "1.005"),
        ("9007199254740.99", "USD", "9007199254740.99"),
    ],
)
async def test_amounts_are_read_exactly(number: str, currency: str, shown: str) -> None:
    answer = await register_raw(
        Shop(), f'{{"order_id": "a", "amount": {number}, "currency": "{currency}"}}'
    )

    assert answer.status_code == 201
    assert answer.json()["amount"] == shown


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-1",
        '"-1"',
        "1.5",
        "0.30000000000000004",
        "1e30",
        "1e400",
        '"1e3"',
        '"1,000"',
        '"₩1000"',
        '" 1000"',
        '"\N{ARABIC-INDIC DIGIT ONE}"',
        '""',
        '"NaN"',
        "true",
        "null",
        "[1000]",
        '{"value": 1000}',
    ],
)
async def test_what_is_no_amount_is_refused(number: str) -> None:
    shop = Shop()

    answer = await register_raw(shop, f'{{"order_id": "a", "amount": {number}, "currency": "KRW"}}')

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == ["amount"]
    assert shop.store.orders == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"order_id": ""}, "order_id"),
        ({"order_id": "x" * 41}, "order_id"),
        ({"order_id": "a/b"}, "order_id"),
        ({"order_id": "a\n"}, "order_id"),
        ({"order_id": "\u0000"}, "order_id"),
        ({"order_id": 12}, "order_id"),
        ({"order_id": None}, "order_id"),
        ({"currency": "won"}, "currency"),
        ({"currency": "krw"}, "currency"),
        ({"currency": 410}, "currency"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": 5}, "name"),
        ({"ammount": 1000}, "ammount"),
        ({"client_token": "mine"}, "client_token"),
        ({"customer": "customer-1"}, "customer"),
        ({"customer": {}}, "customer.id"),
        ({"customer": {"id": 7}}, "customer.id"),
        ({"customer": {"id": ""}}, "customer.id"),
        ({"customer": {"id": "a", "phone": "call me"}}, "customer.phone"),
        ({"customer": {"id": "a", "phone": 1012345678}}, "customer.phone"),
        ({"customer": {"id": "a", "fone": "1"}}, "customer.fone"),
        ({"customer": {"id": "a", "locale": "한국어"}}, "customer.locale"),
        ({"customer": {"id": "a", "locale": ""}}, "customer.locale"),
        ({"expires_at": "2026-03-03T09:00:00"}, "expires_at"),
        ({"expires_at": "2026-03-03"}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": 1772528400}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
    ],
)
async def test_a_field_that_cannot_be_is_named(changes: dict[str, Any], field: str) -> None:
    shop = Shop()

    answer = await register(shop, SALE | changes)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert shop.store.orders == {}


@pytest.mark.parametrize("missing", ["order_id", "amount", "currency"])
async def test_a_missing_field_is_named(missing: str) -> None:
    sale = {name: value for name, value in SALE.items() if name != missing}

    answer = await register(Shop(), sale, **ENGLISH)

    assert answer.json() == {
        "status": "invalidRequest",
        "message": "The request is not valid.",
        "errors": [{"field": missing, "message": "is required"}],
    }


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("ko", "ko"), ("ko-KR", "ko"), ("KO_kr", "ko"), ("en", "en"), ("en-US", "en"), ("ja", "en")],
)
async def test_a_buyer_is_written_to_in_korean_or_else_in_english(tag: str, locale: str) -> None:
    shop = Shop()

    await register(shop, SALE | {"customer": {"id": "a", "locale": tag}})

    customer = shop.order().customer
    assert customer is not None
    assert customer.locale == locale


async def test_an_order_is_shown_with_all_that_happened() -> None:
    shop = await forged_then_awaited()

    answer = await look(shop, f"/orders/{ORDER_ID}")

    assert answer.status_code == 200
    assert answer.json() == {
        "order_id": ORDER_ID,
        "status": "awaitingDeposit",
        "amount": "1000",
        "currency": "KRW",
        "customer_id": "customer-1",
        "payments": [
            {
                "payment_id": PAYMENT_ID,
                "gateway": "portone-v1",
                "status": "awaitingDeposit",
                "amount": "1000",
                "cancelled_amount": "0",
                "method": "vbank",
                "paid_at": None,
                "virtual_account": {
                    "bank_code": "088",
                    "bank_name": "신한은행",
                    "number": an_account().number,
                    "holder": "홍길동",
                    "due_at": "2026-03-04T14:59:59Z",
                },
                "receipt_url": None,
            }
        ],
        "history": [
            {
                "at": "2026-03-02T12:00:00.123456Z",
                "trigger": "browser",
                "outcome": "forgery",
                "payment_id": PAYMENT_ID,
                "discrepancies": [{"field": "amount", "expected": "1000", "actual": "100"}],
            },
            {
                "at": "2026-03-02T12:00:00.123456Z",
                "trigger": "redirect",
                "outcome": "vbankIssued",
                "payment_id": PAYMENT_ID,
                "discrepancies": [],
            },
        ],
    }


async def test_what_a_verdict_was_made_of_is_shown_to_who_asks() -> None:
    shop = await forged_then_awaited()

    answer = await look(shop, f"/orders/{ORDER_ID}?evidence=true")

    asked = ("payment_status", "evidence", "rule_version", "previous_hash")
    assert [tuple(entry[name] for name in asked) for entry in answer.json()["history"]] == [
        ("paid", a_payment().evidence, RULE_VERSION, root_hash(shop.order())),
        (
            "awaitingDeposit",
            a_payment().evidence,
            RULE_VERSION,
            entry_hash(shop.order().history[0]),
        ),
    ]


async def test_what_an_older_release_did_not_record_is_null() -> None:
    shop = a_shop_with(an_order(version=1, history=(an_entry(),)))

    answer = await look(shop, f"/orders/{ORDER_ID}?evidence=true")

    (entry,) = answer.json()["history"]
    assert (entry["payment_status"], entry["rule_version"], entry["previous_hash"]) == (None,) * 3


async def test_an_order_without_customer_or_payments_is_shown() -> None:
    shop = a_shop_with(an_order(customer=None))

    answer = await look(shop, f"/orders/{ORDER_ID}")

    shown = answer.json()
    assert (shown["customer_id"], shown["payments"], shown["history"]) == (None, [], [])


async def test_an_unpaid_order_past_its_time_shows_as_expired() -> None:
    shop = a_shop_with(an_order(expires_at=NOON - timedelta(seconds=1)))

    answer = await look(shop, f"/orders/{ORDER_ID}")

    assert answer.json()["status"] == "expired"


@pytest.mark.parametrize("order_id", ["unknown", "order-0001.", "a:b"])
async def test_an_unknown_order_is_not_found(order_id: str) -> None:
    answer = await look(a_shop_with(), f"/orders/{order_id}")

    assert (answer.status_code, answer.json()["status"]) == (404, "orderNotFound")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/orders/%00", 400),
        ("/orders/%2E%2E", 400),
        ("/orders/a%0Ab", 400),
        ("/orders/%F0%9F%92%B8", 400),
        ("/orders/%FF", 400),
        ("/orders/a%20b", 400),
        ("/orders/" + "x" * 41, 400),
        ("/orders/a%2Fb", 404),
        ("/orders/a/b", 404),
        ("/customers/%00/virtual-accounts", 400),
        ("/customers/a%0Ab/virtual-accounts", 400),
        ("/customers/" + "x" * 101 + "/virtual-accounts", 400),
        ("/customers/a%2Fb/virtual-accounts", 404),
        ("/customers//virtual-accounts", 404),
    ],
)
async def test_a_strange_path_has_a_clear_answer(path: str, code: int) -> None:
    answer = await look(a_shop_with(), path)

    assert answer.status_code == code
    assert answer.json()["status"] == {400: "invalidRequest", 404: "notFound"}[code]


async def test_a_customer_s_waiting_accounts_are_listed() -> None:
    waiting = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
    shop = a_shop_with(
        an_order(version=1, status=OrderStatus.AWAITING_DEPOSIT, payments=(waiting,)),
        an_order(
            order_id="order-0002",
            version=1,
            status=OrderStatus.PAID,
            payments=(a_payment(key=a_key("imp_2"), order_id="order-0002"),),
        ),
    )

    answer = await look(shop, "/customers/customer-1/virtual-accounts")

    assert answer.json() == {
        "customer_id": "customer-1",
        "virtual_accounts": [
            {
                "order_id": ORDER_ID,
                "payment_id": PAYMENT_ID,
                "gateway": "portone-v1",
                "amount": "1000",
                "currency": "KRW",
                "bank_code": "088",
                "bank_name": "신한은행",
                "number": an_account().number,
                "holder": "홍길동",
                "due_at": "2026-03-04T14:59:59Z",
            }
        ],
    }


async def test_a_customer_without_waiting_accounts_has_none() -> None:
    answer = await look(a_shop_with(), "/customers/%EC%86%90%EB%8B%98/virtual-accounts")

    assert answer.json() == {"customer_id": "손님", "virtual_accounts": []}


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("find_by_id", RepositoryUnavailable("locked")),
        ("find_by_id", RecordCorrupt("bad", order_id=ORDER_ID, field="amount")),
        ("find_awaiting_deposit", RepositoryUnavailable("locked")),
        ("add", RepositoryUnavailable("locked")),
    ],
)
async def test_a_record_out_of_reach_is_named(method: str, error: Exception) -> None:
    shop = a_shop_with()
    shop.faults.fail_always(method, error)
    async with asking(shop) as client:
        answers = {
            "find_by_id": await client.get(f"/orders/{ORDER_ID}", headers=BY_SHOP),
            "find_awaiting_deposit": await client.get(
                "/customers/customer-1/virtual-accounts", headers=BY_SHOP
            ),
            "add": await client.post("/orders", json=SALE, headers=BY_SHOP),
        }

    assert answers[method].status_code == 503
    assert answers[method].json()["status"] == "databaseUnavailable"
    assert int(answers[method].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {API_KEY}",
        f"Digest {API_KEY}",
        f"Bearer{API_KEY}",
        f"Bearer {API_KEY}x",
        f"Bearer {API_KEY[:-1]}",
        f"Bearer {API_KEY} {API_KEY}",
        API_KEY,
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/orders"),
        ("GET", f"/orders/{ORDER_ID}"),
        ("GET", "/customers/customer-1/virtual-accounts"),
    ],
)
async def test_nobody_is_let_in_without_the_key(
    method: str, path: str, authorization: str | None
) -> None:
    shop = a_shop_with()
    headers = {} if authorization is None else {"Authorization": authorization}

    async with asking(shop) as client:
        answer = await client.request(method, path, headers=headers, content=b"not even JSON")

    assert (answer.status_code, answer.json()["status"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert shop.asked == []


@pytest.mark.parametrize("api_key", [None, ""])
@pytest.mark.parametrize("sent", ["Bearer ", "Bearer None", f"Bearer {API_KEY}"])
async def test_without_a_key_of_ours_nobody_is_let_in(api_key: str | None, sent: str) -> None:
    async with asking(a_shop_with(), api_key=api_key) as client:
        answer = await client.get(f"/orders/{ORDER_ID}", headers={"Authorization": sent})

    assert answer.status_code == 401


async def test_the_scheme_is_known_in_any_case() -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.get(
            f"/orders/{ORDER_ID}", headers={"Authorization": f"bearer  {API_KEY}"}
        )

    assert answer.status_code == 200
