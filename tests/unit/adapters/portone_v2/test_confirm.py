"""The last question before an approval, in both versions, and what is no question."""

import json
from typing import Any

import pytest

from adapters.memory.clock import ManualClock
from adapters.portone_v2.confirm import PortOneV2ConfirmHook
from adapters.portone_v2.naming import Naming, OrderIdIn
from adapters.portone_v2.signature import Signatures
from ports.confirm_hook import AmountUnit, ConfirmClaim
from ports.errors import WebhookNotAuthentic, WebhookRejected
from tests.unit.adapters.portone_v2.samples import KEY, NOW, STORE, fixture, signed


def a_hook(order_id_in: OrderIdIn = OrderIdIn.PAYMENT_ID) -> PortOneV2ConfirmHook:
    signatures = Signatures([KEY], ManualClock(NOW))
    return PortOneV2ConfirmHook(signatures, Naming(order_id_in=order_id_in), store_id=STORE)


def question(**data: Any) -> bytes:
    about = {"storeId": STORE, "paymentId": "order-0001", "totalAmount": 1000} | data
    body = {"type": "Transaction.Confirm", "timestamp": "2023-11-14T22:13:20Z", "data": about}
    return json.dumps(body).encode()


@pytest.mark.parametrize("version", ["2024-01-01", "2024-04-25"])
def test_both_versions_are_read(version: str) -> None:
    body = fixture(f"confirm/v2_request_{version}.json")

    assert a_hook().read(signed(body), body) == ConfirmClaim(
        payment_id="order-0001", order_id="order-0001", number=1000, unit=AmountUnit.MINOR
    )


def test_no_is_said_in_the_vendors_own_field() -> None:
    assert a_hook().reason_field in json.loads(fixture("confirm/v2_decline.json"))


def test_where_the_id_is_not_the_orders_the_order_is_not_told() -> None:
    body = question()

    assert a_hook(OrderIdIn.CUSTOM_DATA).read(signed(body), body).order_id is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"not JSON", "json"),
        (b"[]", "not-an-object"),
        (b"{}", "payment_id"),
        (b'{"payment_id": "o", "total_amount": "1000"}', "total_amount"),
        (b'{"payment_id": "o", "total_amount": 10.5}', "total_amount"),
        (b'{"payment_id": "o", "total_amount": true}', "total_amount"),
        (b'{"type": "Transaction.Paid"}', "type"),
        (question(storeId="another"), "storeId"),
        (question(paymentId="a/b"), "paymentId"),
        (question(totalAmount=None), "totalAmount"),
        (b" " * (64 * 1024 + 1), "too-large"),
    ],
)
def test_signed_nonsense_is_malformed(body: bytes, code: str) -> None:
    with pytest.raises(WebhookRejected) as error:
        a_hook().read(signed(body), body)

    assert error.value.code == code


def test_an_amount_beyond_all_money_is_told_as_it_is() -> None:
    body = question(totalAmount=2**63)

    assert a_hook().read(signed(body), body).number == 2**63


def test_whoever_has_not_signed_is_not_read_at_all() -> None:
    body = question()

    with pytest.raises(WebhookNotAuthentic):
        a_hook().read(signed(body + b" "), body)
