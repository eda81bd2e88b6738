"""PortOne asks just before it approves: by its own Confirm Process, against the running service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.storefront import Storefront, until


@pytest.fixture(scope="module", autouse=True)
async def asked_first(storefront: Storefront) -> AsyncIterator[None]:
    await storefront.control.settings(confirm_url=f"{storefront.url}/confirm/portone-v1")
    yield
    await storefront.control.settings(confirm_url=None)


async def test_the_right_amount_goes_on_and_is_paid(storefront: Storefront) -> None:
    order_id = await storefront.order(80_000)
    imp_uid = await storefront.payment(order_id, 80_000, status="ready")

    answer = await storefront.control.approve(imp_uid)

    assert answer["approved"] is True
    assert (await storefront.complete(imp_uid, order_id)).json()["status"] == "success"


async def test_another_amount_is_stopped_and_the_buyer_told_why(storefront: Storefront) -> None:
    order_id = await storefront.order(80_000)
    imp_uid = await storefront.payment(order_id, 800, status="ready")

    answer = await storefront.control.approve(imp_uid)

    assert (answer["approved"], answer["reason"]) == (False, "주문 금액과 결제 금액이 다릅니다.")
    assert answer["payment"]["status"] == "failed"
    assert await storefront.lookups(imp_uid) == 0


async def test_an_order_that_is_paid_is_not_paid_again(storefront: Storefront) -> None:
    order_id, _ = await storefront.paid_order()
    second = await storefront.payment(order_id, status="ready")

    answer = await storefront.control.approve(second)

    assert (answer["approved"], answer["reason"]) == (False, "이미 결제가 완료된 주문입니다.")


async def test_an_order_whose_time_has_run_out_is_not_paid(storefront: Storefront) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    order_id = await storefront.order(expires_at=soon.isoformat())
    imp_uid = await storefront.payment(order_id, status="ready")

    async def has_expired() -> bool:
        return bool((await storefront.read(order_id))["status"] == "expired")

    await until(has_expired)
    answer = await storefront.control.approve(imp_uid)

    assert (answer["approved"], answer["reason"]) == (False, "결제 기한이 지난 주문입니다.")


async def test_an_order_that_nobody_registered_is_not_paid(storefront: Storefront) -> None:
    imp_uid = await storefront.payment("never-registered", status="ready")

    answer = await storefront.control.approve(imp_uid)

    assert (answer["approved"], answer["reason"]) == (False, "주문을 찾을 수 없습니다.")


async def test_the_question_may_come_as_a_form(storefront: Storefront) -> None:
    order_id = await storefront.order(1000)
    question = {"imp_uid": "imp_123456789012", "merchant_uid": order_id}

    right = await storefront.http.post("/confirm/portone-v1", data={**question, "amount": "1000"})
    wrong = await storefront.http.post("/confirm/portone-v1", data={**question, "amount": "1e3x"})

    assert right.status_code == 200
    assert wrong.status_code == 400
    assert wrong.json()["reason"]
