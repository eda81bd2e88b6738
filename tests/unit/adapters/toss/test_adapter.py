"""What the container is offered, and which settings cannot be used."""

from typing import Any

import pytest

from adapters.memory.clock import ManualClock
from adapters.toss.adapter import ADAPTER
from domain.errors import InvalidValue
from ports.gateway_adapter import Surroundings
from ports.gateway_connection import GatewayConnection
from tests.support.factories import NOON

CHECKS: dict[str, Any] = {each.suffix: each.check for each in ADAPTER.settings}


async def connected(*, allow_test_payments: bool, **settings: str) -> GatewayConnection:
    around = Surroundings(
        clock=ManualClock(NOON), timeout_s=5, allow_test_payments=allow_test_payments
    )
    usual = {"SECRET_KEY": "live_sk_abc", "BASE_URL": "https://api.tosspayments.com"}
    connection = ADAPTER.connect(usual | settings, around)
    await connection.close()
    return connection


async def test_it_connects_with_all_that_the_vendor_can() -> None:
    connection = await connected(allow_test_payments=False, MERCHANT_ID="tshop0001")

    assert connection.name == ADAPTER.name == "toss"
    assert connection.merchant_account == "tshop0001"
    assert (connection.confirm, connection.amounts) == (None, None)
    assert connection.approval is not None
    assert connection.payments.is_payment_id(ADAPTER.nobodys_payment_id)


async def test_the_sample_webhook_is_one_that_is_read() -> None:
    connection = await connected(allow_test_payments=False)
    fields = ADAPTER.webhook_sample.fields

    assert fields["eventType"] == "PAYMENT_STATUS_CHANGED"
    data = fields["data"]
    assert isinstance(data, dict)
    assert connection.payments.is_payment_id(data["paymentKey"])


async def test_a_test_key_is_for_test_mode_alone() -> None:
    await connected(allow_test_payments=True, SECRET_KEY="test_sk_abc")

    with pytest.raises(InvalidValue) as error:
        await connected(allow_test_payments=False, SECRET_KEY="test_sk_abc")

    assert error.value.field == "secret_key"
    assert "abc" not in str(error.value)


@pytest.mark.parametrize("key", ["live_sk_abc", "test_sk_a_b", "live_gsk_abc", "test_gsk_docs_1"])
def test_a_secret_key_is_taken(key: str) -> None:
    CHECKS["SECRET_KEY"](key)


@pytest.mark.parametrize("key", ["live_ck_abc", "test_gck_abc", "sk_live_abc", "live_sk_", ""])
def test_another_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(InvalidValue) as error:
        CHECKS["SECRET_KEY"](key)

    assert "abc" not in error.value.reason


@pytest.mark.parametrize("text", ["a b", "a/b", "x" * 41, "상점"])
def test_what_cannot_be_a_merchant_id_is_refused(text: str) -> None:
    CHECKS["MERCHANT_ID"]("tshop0001")
    with pytest.raises(InvalidValue):
        CHECKS["MERCHANT_ID"](text)
