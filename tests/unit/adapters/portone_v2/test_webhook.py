"""Webhooks of both versions: what they claim, and all that is no webhook."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portone_server_sdk import webhook as kit
from portone_server_sdk._generated.webhook.webhook import _deserialize_webhook

from adapters.memory.clock import ManualClock
from adapters.portone_v2.naming import Naming, OrderIdIn
from adapters.portone_v2.signature import Signatures
from adapters.portone_v2.webhook import PortOneV2Webhook
from domain.payment import PaymentStatus
from ports.errors import WebhookNotAuthentic, WebhookRejected
from ports.webhook_authenticator import WebhookClaim
from tests.unit.adapters.portone_v2.samples import KEY, NOW, STORE, fixture, signed

CLAIMED = {
    "Ready": PaymentStatus.OPENED,
    "PayPending": PaymentStatus.OPENED,
    "VirtualAccountIssued": PaymentStatus.AWAITING_DEPOSIT,
    "Paid": PaymentStatus.PAID,
    "Failed": PaymentStatus.FAILED,
    "PartialCancelled": PaymentStatus.PARTIALLY_CANCELLED,
    "Cancelled": PaymentStatus.CANCELLED,
}


def a_webhook(order_id_in: OrderIdIn = OrderIdIn.PAYMENT_ID) -> PortOneV2Webhook:
    signatures = Signatures([KEY], ManualClock(NOW))
    return PortOneV2Webhook(signatures, Naming(order_id_in=order_id_in), store_id=STORE)


def read(body: bytes | dict[str, Any], **headers: str) -> WebhookClaim | None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return a_webhook().read(signed(raw) | named, raw)


def new(type_: str, **data: Any) -> dict[str, Any]:
    about = {"storeId": STORE, "paymentId": "order-0001", "transactionId": "t-1"} | data
    return {"type": type_, "timestamp": "2023-11-14T22:13:20.000Z", "data": about}


@pytest.mark.parametrize("event", CLAIMED)
def test_every_recorded_webhook_is_read(event: str) -> None:
    claim = read(fixture(f"portone_v2_webhook/{event}.json"))

    assert claim == WebhookClaim(
        payment_id="order-0001",
        order_id="order-0001",
        claimed=CLAIMED[event],
        delivery_id="msg_1",
    )


@pytest.mark.parametrize("event", CLAIMED)
def test_the_kit_reads_the_same_of_it(event: str) -> None:
    told = _deserialize_webhook(json.loads(fixture(f"portone_v2_webhook/{event}.json")))
    claim = read(fixture(f"portone_v2_webhook/{event}.json"))

    assert claim is not None
    assert isinstance(told, kit.Webhook.__args__)  # type: ignore[attr-defined]
    assert told.data.payment_id == claim.payment_id


@pytest.mark.parametrize("event", CLAIMED)
@pytest.mark.parametrize("is_form", [False, True])
def test_the_old_version_is_read_as_json_and_as_a_form(event: str, is_form: bool) -> None:
    fields = {"payment_id": "order-0001", "tx_id": "t-1", "status": event}
    body = urlencode(fields).encode() if is_form else json.dumps(fields).encode()
    type_ = "application/x-www-form-urlencoded" if is_form else "application/json; charset=utf-8"

    claim = read(body, content_type=type_)

    assert claim is not None
    assert (claim.payment_id, claim.claimed) == ("order-0001", CLAIMED[event])


@pytest.mark.parametrize(
    "body",
    [
        new("Transaction.DisputeCreated"),
        new("Transaction.DisputeResolved"),
        new("Transaction.Confirm", totalAmount=1000),
        new("Transaction.SomethingNew"),
        new("BillingKey.Issued"),
        new("Paid"),
        {"type": "BillingKey.Deleted", "data": None},
        {"type": "Whatever"},
        {"type": ""},
        {"payment_id": "order-0001", "tx_id": "t-1", "status": "SomethingNew"},
        new("Transaction.Paid", storeId="store-of-somebody-else"),
    ],
)
def test_what_we_know_nothing_of_is_ignored(body: dict[str, Any]) -> None:
    assert read(body) is None


def test_a_cancellation_that_is_still_open_is_a_reason_to_look() -> None:
    claim = read(new("Transaction.CancelPending", cancellationId="c-1"))

    assert claim is not None
    assert claim.claimed is PaymentStatus.UNKNOWN


def test_where_the_id_is_not_the_orders_the_order_is_not_told() -> None:
    body = json.dumps(new("Transaction.Paid")).encode()

    claim = a_webhook(OrderIdIn.CUSTOM_DATA).read(signed(body), body)

    assert claim is not None
    assert (claim.payment_id, claim.order_id) == ("order-0001", None)


def test_an_id_that_no_order_of_ours_has_names_none() -> None:
    claim = read(new("Transaction.Paid", paymentId="p" * 41))

    assert claim is not None
    assert (claim.payment_id, claim.order_id) == ("p" * 41, None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json"),
        (b"not JSON", "json"),
        (b"\xff", "utf-8"),
        (b"[]", "not-an-object"),
        (b'"text"', "not-an-object"),
        (b"NaN", "json"),
        (b"[" * 20_000, "json"),
        (b'{"type": "a", "type": "b"}', "duplicate-field"),
        ({"type": 1}, "type"),
        ({"type": None}, "type"),
        ({}, "status"),
        ({"payment_id": "o", "status": 1}, "status"),
        ({"payment_id": 1, "status": "Paid"}, "payment_id"),
        ({"payment_id": "../x", "status": "Paid"}, "payment_id"),
        (new("Transaction.Paid") | {"data": None}, "data"),
        (new("Transaction.Paid") | {"data": []}, "data"),
        (new("Transaction.Paid", storeId=None), "storeId"),
        (new("Transaction.Paid", paymentId=None), "paymentId"),
        (new("Transaction.Paid", paymentId=""), "paymentId"),
        (new("Transaction.Paid", paymentId="a/b"), "paymentId"),
        (b" " * (64 * 1024 + 1), "too-large"),
    ],
)
def test_signed_nonsense_is_malformed(body: bytes | dict[str, Any], code: str) -> None:
    with pytest.raises(WebhookRejected) as error:
        read(body)

    assert error.value.code == code


def test_another_type_of_body_is_malformed() -> None:
    with pytest.raises(WebhookRejected) as error:
        read(new("Transaction.Paid"), content_type="text/xml")

    assert error.value.code == "content-type"


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook_signature": "v1,AAAA"},
        {"webhook_timestamp": "1"},
        {"webhook_id": "msg_2"},
    ],
)
def test_whoever_has_not_signed_is_not_read_at_all(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookNotAuthentic):
        read(b"not JSON", **headers)


ANY_JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(ANY_JSON)
def test_whatever_is_signed_is_a_claim_or_ignored_or_rejected(value: Any) -> None:
    try:
        claim = read(json.dumps(value).encode())
    except WebhookRejected:
        return
    assert claim is None or claim.delivery_id == "msg_1"


@given(
    type_=st.sampled_from([f"Transaction.{each}" for each in [*CLAIMED, "CancelPending", "New"]]),
    data=st.dictionaries(
        st.sampled_from(["storeId", "paymentId", "transactionId"]),
        st.none() | st.integers() | st.text(max_size=10) | st.sampled_from([STORE, "order-1"]),
    ),
)
def test_what_the_kit_takes_for_a_payments_event_is_never_lost(
    type_: str, data: dict[str, Any]
) -> None:
    body = {"type": type_, "timestamp": "2023-11-14T22:13:20Z", "data": data}
    told = _deserialize_webhook(json.loads(json.dumps(body)))
    is_typed = not isinstance(told, dict)

    if is_typed and data["storeId"] == STORE and data["paymentId"] == "order-1":
        assert read(body) is not None
