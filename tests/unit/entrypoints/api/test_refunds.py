"""`POST /orders/{order_id}/refunds`: recorded once for each key, and every refusal has its word."""

from dataclasses import replace
from typing import Any

import pytest

from domain.money import Currency, Money
from domain.order import Order
from domain.payment import PaymentStatus
from domain.refund import RefundStatus
from domain.refund_rules import Unrefundable
from entrypoints.api.messages import REFUND_WORDS
from entrypoints.api.refunds import UNREFUNDABLE_WORDS
from ports.errors import GatewayUnavailable, RepositoryUnavailable
from tests.support.api import API_KEY, BY_SHOP, ENGLISH, a_shop_with, asking
from tests.support.factories import (
    GATEWAY,
    ORDER_ID,
    PAYMENT_ID,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    an_account,
    an_order,
    won,
)
from tests.support.shop import Shop

PATH = f"/orders/{ORDER_ID}/refunds"
PAID = a_payment()
PAID_ORDER = an_order(payments=(PAID,), settled_by=PAID.key)
BODY = {"payment_id": PAYMENT_ID, "amount": 300, "reason": "단순 변심"}
ACCOUNT = {"bank_code": "088", "number": "110-222-333333", "holder": "김구매"}


async def post(shop: Shop, /, *, key: str | None = "key-1", **changes: Any) -> Any:
    headers = BY_SHOP | ({} if key is None else {"Idempotency-Key": key})
    async with asking(shop) as client:
        return await client.post(PATH, json=BODY | changes, headers=headers)


def a_shop(order: Order = PAID_ORDER) -> Shop:
    shop = a_shop_with(order)
    for payment in order.payments:
        shop.gateway.put(payment)
    return shop


async def test_a_refund_is_recorded_then_carried_out() -> None:
    shop = a_shop()

    first = await post(shop)
    assert first.status_code == 202
    refund_id = shop.order().refunds[0].refund_id
    assert first.json() == {
        "refund_id": refund_id,
        "payment_id": PAYMENT_ID,
        "gateway": GATEWAY,
        "status": "requested",
        "amount": "300",
        "currency": "KRW",
        "reason": "단순 변심",
        "requested_at": "2026-03-02T12:00:00.123456Z",
        "requested_by": "shop",
        "refused_because": None,
        "message": "환불 요청이 접수되었습니다.",
        "order_id": ORDER_ID,
    }
    assert shop.gateway.refunds == []

    await shop.work_to_rest()
    again = await post(shop)
    assert (again.status_code, again.json()["status"]) == (200, "done")
    assert again.json()["refund_id"] == refund_id
    assert len(shop.gateway.refunds) == 1


@pytest.mark.parametrize("amount", [300, "300", 3e2, "300.00"], ids=repr)
async def test_the_same_again_gives_the_same_answer(amount: Any) -> None:
    shop = a_shop()
    first = await post(shop)

    again = await post(shop, amount=amount)

    assert again.json() == first.json()
    assert len(shop.order().refunds) == 1


@pytest.mark.parametrize(
    "changes",
    [{"amount": 301}, {"reason": "x"}, {"payment_id": "imp_2"}, {"refund_account": ACCOUNT}],
    ids=lambda changes: next(iter(changes)),
)
async def test_other_contents_under_one_key_are_a_conflict(changes: dict[str, Any]) -> None:
    shop = a_shop()
    await post(shop)

    answer = await post(shop, **changes)

    assert (answer.status_code, answer.json()["status"]) == (409, "refundConflict")
    assert len(shop.order().refunds) == 1


async def test_another_key_is_another_refund() -> None:
    shop = a_shop()

    answers = [await post(shop, key=key) for key in ("a", "b", "c", "d")]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 409]
    assert answers[-1].json()["status"] == "aboveRemaining"


REFUSED: dict[str, tuple[Order, dict[str, Any], int, str]] = {
    "above the rest": (PAID_ORDER, {"amount": 1001}, 409, "aboveRemaining"),
    "unknown payment": (PAID_ORDER, {"payment_id": "imp_9"}, 404, "paymentNotFound"),
    "given back already": (
        an_order(payments=(a_payment(status=PaymentStatus.CANCELLED),)),
        {},
        409,
        "notRefundable",
    ),
    "never paid": (
        an_order(payments=(a_payment(status=PaymentStatus.FAILED),)),
        {},
        409,
        "notRefundable",
    ),
    "too many": (
        replace(PAID_ORDER, refunds=(a_refund(status=RefundStatus.REFUSED),) * 200),
        {},
        409,
        "tooManyRefunds",
    ),
}


@pytest.mark.parametrize(("order", "changes", "http_status", "word"), REFUSED.values(), ids=REFUSED)
async def test_each_refusal_has_its_word(
    order: Order, changes: dict[str, Any], http_status: int, word: str
) -> None:
    shop = a_shop(order)

    answer = await post(shop, **changes)

    assert (answer.status_code, answer.json()["status"]) == (http_status, word)
    assert shop.order() == order


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"amount": 0}, "amount"),
    "less than nothing": ({"amount": -1}, "amount"),
    "too many decimals": ({"amount": "0.5"}, "amount"),
    "no number": ({"amount": "all"}, "amount"),
    "a list": ({"amount": [300]}, "amount"),
    "too large": ({"amount": 10**30}, "amount"),
    "another currency": ({"currency": "USD"}, "currency"),
    "no currency": ({"currency": "WON"}, "currency"),
    "another gateway": ({"gateway": "stripe"}, "gateway"),
    "no gateway": ({"gateway": "../x"}, "gateway"),
    "no reason": ({"reason": ""}, "reason"),
    "a huge reason": ({"reason": "x" * 60_000}, "reason"),
    "a reason that steers": ({"reason": "a\u0000b"}, "reason"),
    "a reason of lines": ({"reason": "a\nb"}, "reason"),
    "a payment id that walks": ({"payment_id": "../users"}, "payment_id"),
    "an unknown field": ({"ammount": 1}, "ammount"),
    "an account without a bank": (
        {"refund_account": {"number": "1", "holder": "x"}},
        "refund_account.bank_code",
    ),
    "an account that steers": (
        {"refund_account": {**ACCOUNT, "holder": "a\u001b[2J"}},
        "refund_account.holder",
    ),
}


@pytest.mark.parametrize(("changes", "field"), INVALID.values(), ids=INVALID)
async def test_what_cannot_be_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    shop = a_shop()

    answer = await post(shop, **changes)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert shop.order() == PAID_ORDER


@pytest.mark.parametrize("key", [None, "", "x" * 256, "two words", "caf\u00e9"], ids=repr)
async def test_the_idempotency_key_is_required_and_plain(key: str | None) -> None:
    shop = a_shop()
    sent = [] if key is None else [(b"Idempotency-Key", key.encode())]
    async with asking(shop) as client:
        headers = [*[(name.encode(), value.encode()) for name, value in BY_SHOP.items()], *sent]
        answer = await client.post(PATH, json=BODY, headers=headers)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]
    assert shop.order() == PAID_ORDER


async def test_two_idempotency_keys_are_refused() -> None:
    shop = a_shop()
    async with asking(shop) as client:
        headers = [
            (b"authorization", f"Bearer {API_KEY}".encode()),
            (b"idempotency-key", b"a"),
            (b"idempotency-key", b"b"),
        ]
        answer = await client.post(PATH, json=BODY, headers=headers)

    assert answer.status_code == 400


async def test_an_unknown_order_and_a_missing_key_are_told() -> None:
    async with asking(a_shop()) as client:
        headers = {"Idempotency-Key": "1"}
        unknown = await client.post("/orders/order-9/refunds", json=BODY, headers=BY_SHOP | headers)
        stranger = await client.post(PATH, json=BODY, headers=headers)

    assert (unknown.status_code, unknown.json()["status"]) == (404, "orderNotFound")
    assert (stranger.status_code, stranger.json()["status"]) == (401, "unauthorized")


async def test_a_deposit_needs_an_account_which_is_never_shown() -> None:
    shop = a_shop(replace(PAID_ORDER, payments=(a_payment(virtual_account=an_account()),)))

    without = await post(shop)
    with_account = await post(shop, refund_account=ACCOUNT)
    async with asking(shop) as client:
        shown = await client.get(f"/orders/{ORDER_ID}", headers=BY_SHOP)

    assert without.status_code == 400
    assert [error["field"] for error in without.json()["errors"]] == ["refund_account"]
    assert with_account.status_code == 202
    assert shop.order().refunds[0].account == a_refund_account(phone=None)
    for answer in (with_account, shown):
        assert ACCOUNT["number"] not in answer.text
        assert ACCOUNT["holder"] not in answer.text


async def test_the_order_shows_its_refunds_and_their_steps() -> None:
    shop = a_shop()
    await post(shop)
    await shop.work_to_rest()

    async with asking(shop) as client:
        order = (await client.get(f"/orders/{ORDER_ID}", headers=BY_SHOP)).json()

    assert [refund["status"] for refund in order["refunds"]] == ["done"]
    assert order["status"] == "partiallyRefunded"
    assert [entry["outcome"] for entry in order["history"]] == [
        "refundRequested",
        "refundAsked",
        "cancelled",
        "refundDone",
    ]
    assert order["history"][0]["trigger"] == "shop"


async def test_an_amount_is_of_the_payments_currency() -> None:
    total = Money.of("20.00", Currency("USD"))
    payment = a_payment(total=total)
    shop = a_shop(an_order(amount=total, payments=(payment,), settled_by=payment.key))

    answer = await post(shop, amount="14.2", currency="USD")

    assert (answer.json()["amount"], answer.json()["currency"]) == ("14.20", "USD")


async def test_a_refused_refund_is_told_as_one() -> None:
    shop = a_shop()
    await post(shop)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))
    await shop.work_to_rest()

    answer = await post(shop)

    assert answer.status_code == 409
    assert (answer.json()["status"], answer.json()["refused_because"]) == (
        "refused",
        "holdsNoMoney",
    )


async def test_a_gateway_that_cannot_refund_says_so() -> None:
    shop = a_shop()
    shop.request_refund._refunding = []

    answer = await post(shop)

    assert (answer.status_code, answer.json()["status"]) == (409, "gatewayCannotRefund")


async def test_outages_have_their_words() -> None:
    shop = a_shop()
    shop.faults.fail("save", RepositoryUnavailable("cut"))
    lost = await post(shop)
    again = await post(shop)
    key = a_key("imp_forged")
    forged = a_payment(key=key, total=won(4))
    shop.gateway.put(forged)
    async with asking(shop) as client:
        seen = {"imp_uid": key.payment_id, "merchant_uid": ORDER_ID}
        assert (await client.post("/payments/complete", json=seen)).status_code == 400
    shop.gateway.faults.fail("find_payment", GatewayUnavailable("timeout"))
    away = await post(shop, payment_id=key.payment_id, key="forged")

    assert (lost.status_code, lost.json()["status"]) == (503, "databaseUnavailable")
    assert again.status_code == 202
    assert (away.status_code, away.json()["status"]) == (503, "gatewayUnavailable")


async def test_the_sentence_is_english_for_those_who_ask() -> None:
    async with asking(a_shop()) as client:
        headers = BY_SHOP | ENGLISH | {"Idempotency-Key": "1"}
        answer = await client.post(PATH, json=BODY, headers=headers)

    assert answer.json()["message"] == "The refund is requested."


def test_every_status_and_refusal_has_its_word() -> None:
    assert set(REFUND_WORDS) == set(RefundStatus)
    assert all(word.word == status for status, word in REFUND_WORDS.items())
    # The rest is said of a refund that was recorded already, or by field.
    said_otherwise = {
        Unrefundable.ACCOUNT_MISSING,
        Unrefundable.SETTLES_ORDER,
        Unrefundable.OTHER_ORDER,
        Unrefundable.CHANGED_MEANWHILE,
        Unrefundable.NOT_APPROVED,
    }
    assert set(UNREFUNDABLE_WORDS) == set(Unrefundable) - said_otherwise
