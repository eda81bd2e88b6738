"""The shop asks for money back over HTTP, and the service sees it through, whatever gets lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.service import API_KEY
from tests.support.storefront import Storefront, open_storefront, until


@pytest.fixture
async def storefront(tmp_path: Path) -> AsyncIterator[Storefront]:
    async with open_storefront(tmp_path) as opened:
        yield opened


async def ask(
    storefront: Storefront, order_id: str, imp_uid: str, amount: int, key: str, **more: Any
) -> httpx.Response:
    return await storefront.http.post(
        f"/orders/{order_id}/refunds",
        json={"payment_id": imp_uid, "amount": amount, "reason": "단순 변심", **more},
        headers={"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key},
    )


async def all_over(storefront: Storefront, order_id: str) -> list[dict[str, Any]]:
    """The order's refunds, once each has come to its end."""
    refunds: list[dict[str, Any]] = []

    async def are_over() -> bool:
        refunds[:] = (await storefront.read(order_id)).get("refunds", [])
        return all(refund["status"] in ("done", "refused") for refund in refunds)

    await until(are_over)
    return refunds


async def test_two_parts_and_no_more(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order(1000)

    answers = [
        await ask(storefront, order_id, imp_uid, amount, key)
        for amount, key in [(300, "a"), (300, "a"), (700, "b"), (1, "c"), (301, "a")]
    ]
    refunds = await all_over(storefront, order_id)

    words = [answer.json()["status"] for answer in answers]
    assert words[3:] == ["aboveRemaining", "refundConflict"]
    assert [answer.status_code for answer in answers[3:]] == [409, 409]
    assert answers[0].json()["refund_id"] == answers[1].json()["refund_id"]
    assert [(each["amount"], each["status"]) for each in refunds] == [
        ("300", "done"),
        ("700", "done"),
    ]
    await storefront.status_becomes(order_id, "refunded")
    assert (await storefront.control.payment(imp_uid))["cancel_amount"] == 1000


@pytest.mark.parametrize("kind", ["lost_answer", "drop"])
async def test_a_lost_reply_gives_back_once(storefront: Storefront, kind: str) -> None:
    order_id, imp_uid = await storefront.paid_order(1000)
    await storefront.control.fault(kind, method="POST", path="/payments/cancel")

    await ask(storefront, order_id, imp_uid, 400, "a")
    (refund,) = await all_over(storefront, order_id)

    assert refund["status"] == "done"
    assert (await storefront.control.payment(imp_uid))["cancel_amount"] == 400
    await storefront.status_becomes(order_id, "partiallyRefunded")


async def test_a_refusal_of_the_gateway_is_told_and_alerted(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order(1000)
    await storefront.control.fault(
        "envelope", method="POST", path="/payments/cancel", code=1, message="취소 기한이 지났습니다"
    )

    await ask(storefront, order_id, imp_uid, 400, "a")
    (refund,) = await all_over(storefront, order_id)

    assert (refund["status"], refund["refused_because"]) == ("refused", "취소 기한이 지났습니다")
    printed = await storefront.printed_about(order_id)
    assert any(f"refundRefused:{refund['refund_id']}" in line for line in printed)


async def test_the_policy_gives_back_what_is_too_much_or_wrong(tmp_path: Path) -> None:
    ceilings = {"AUTO_REFUND_MAX_PER_PAYMENT": "5000 KRW", "AUTO_REFUND_MAX_PER_DAY": "1500 KRW"}
    async with open_storefront(tmp_path, AUTO_REFUND="all", **ceilings) as storefront:
        order_id, imp_uid = await storefront.paid_order(1000)
        second = await storefront.payment(order_id, 1000)
        wrong = await storefront.payment(order_id, 600)
        large = await storefront.payment(order_id, 5001)
        replayed = await storefront.order(1000)
        for shown, owner in [(second, order_id), (imp_uid, replayed), (wrong, order_id)]:
            await storefront.complete(shown, owner)
        await storefront.complete(large, order_id)

        async def are_cured() -> bool:
            refunds = (await storefront.read(order_id)).get("refunds", [])
            return sorted(each["status"] for each in refunds) == [
                "awaitingApproval",
                "awaitingApproval",
                "done",
            ]

        await until(are_cured)
        given = {
            name: (await storefront.control.payment(name))["cancel_amount"]
            for name in (imp_uid, second, wrong, large)
        }

    # Of 1,000 and 600 won the day allows but one.
    assert (given[imp_uid], given[large]) == (0, 0)
    assert sorted((given[second], given[wrong])) in ([0, 600], [0, 1000])
