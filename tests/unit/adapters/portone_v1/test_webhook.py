import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.portone_v1.webhook import PortOneV1Webhook
from domain.payment import PaymentStatus
from ports.errors import WebhookRejected
from ports.webhook_authenticator import WebhookClaim
from tests.unit.adapters.portone_v1.samples import FIXTURES, sample

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FIELDS = {"imp_uid": "imp_000000000001", "merchant_uid": "order-0001", "status": "paid"}
CLAIMED = {
    "cancelled.json": PaymentStatus.CANCELLED,
    "failed.json": PaymentStatus.FAILED,
    "paid.form": PaymentStatus.PAID,
    "paid.json": PaymentStatus.PAID,
    "ready.json": PaymentStatus.AWAITING_DEPOSIT,
    "unknown_status.json": PaymentStatus.UNKNOWN,
}


def read(body: bytes, content_type: str = JSON) -> WebhookClaim:
    return PortOneV1Webhook().read({"content-type": content_type}, body)


def rejection(body: bytes, content_type: str = JSON) -> str:
    with pytest.raises(WebhookRejected) as error:
        read(body, content_type)
    return error.value.code


def test_every_fixture_is_in_the_table() -> None:
    assert {path.name for path in (FIXTURES / "portone_v1_webhook").iterdir()} == set(CLAIMED)


@pytest.mark.parametrize(("name", "claimed"), CLAIMED.items())
def test_a_webhook_is_read(name: str, claimed: PaymentStatus) -> None:
    content_type = FORM if name.endswith(".form") else JSON

    claim = read(sample(f"portone_v1_webhook/{name}"), content_type)

    assert claim == WebhookClaim(
        payment_id="imp_000000000001", order_id="order-0001", claimed=claimed, delivery_id=None
    )


@pytest.mark.parametrize("parameters", ["", ";charset=utf-8", "; charset=UTF-8 ; x=y", " ;"])
@pytest.mark.parametrize("name", ["paid.json", "paid.form"])
def test_a_content_type_may_have_parameters_and_any_case(name: str, parameters: str) -> None:
    content_type = (FORM if name.endswith(".form") else JSON).title() + parameters

    assert read(sample(f"portone_v1_webhook/{name}"), content_type).claimed is PaymentStatus.PAID


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/jsonp",
        "multipart/form-data",
        "json",
        f"x;{JSON}",
    ],
)
def test_another_content_type_is_rejected(content_type: str) -> None:
    assert rejection(json.dumps(FIELDS).encode(), content_type) == "content-type"


def test_a_webhook_without_a_content_type_is_rejected() -> None:
    with pytest.raises(WebhookRejected) as error:
        PortOneV1Webhook().read({}, json.dumps(FIELDS).encode())

    assert error.value.code == "content-type"


def test_fields_that_nobody_needs_are_not_looked_at() -> None:
    extra = FIELDS | {"cancellation_id": ["odd"], "new": {"a": [1, None, 2.5]}, "": "x"}

    assert read(json.dumps(extra).encode()).order_id == "order-0001"


BAD_JSON = [
    (b"", "json"),
    (b"{", "json"),
    (b"{}x", "json"),
    (b"{'imp_uid': 1}", "json"),
    (b'{"a": NaN}', "json"),
    (b'{"a": -Infinity}', "json"),
    (b'{"a": "\n"}', "json"),
    (b'{"a": ' + b"9" * 5000 + b"}", "json"),
    (b"[" * 60_000, "json"),
    (b'{"a":' * 10_000, "json"),
    (b"[" * 30_000 + b"]" * 30_000, "json"),
    (b"\xef\xbb\xbf{}", "json"),
    (b"\xff", "utf-8"),
    (json.dumps(FIELDS).encode("utf-16"), "utf-8"),
    (b"null", "not-an-object"),
    (b"[]", "not-an-object"),
    (b'"paid"', "not-an-object"),
    (b"1", "not-an-object"),
    (b'{"a": 1, "a": 1}', "duplicate-field"),
    (b'{"a": 1, "\\u0061": 2}', "duplicate-field"),
    (b'{"a": {"b": 1, "b": 2}}', "duplicate-field"),
    (b'{"imp_uid":"imp_1","merchant_uid":"A","merchant_uid":"B"}', "duplicate-field"),
    (b"{}", "imp_uid"),
    (b" " * 65_537, "too-large"),
]


@pytest.mark.parametrize(("body", "code"), BAD_JSON, ids=range(len(BAD_JSON)))
def test_what_is_not_strictly_json_is_rejected(body: bytes, code: str) -> None:
    assert rejection(body) == code


BAD_FORMS = [
    (b"imp_uid=imp_1&imp_uid=imp_1&merchant_uid=A&status=paid", "duplicate-field"),
    (b"imp_uid=imp_1&imp%5fuid=imp_2&merchant_uid=A&status=paid", "duplicate-field"),
    (b"imp_uid=imp_1&merchant_uid=A&status", "form"),
    (b"imp_uid=imp_1&&merchant_uid=A&status=paid", "form"),
    (b"imp_uid=imp_1&merchant_uid=%ff&status=paid", "form"),
    (b"&".join(b"a%d=1" % number for number in range(101)), "form"),
    (b"imp_uid=imp_1\xff", "utf-8"),
    (b"", "imp_uid"),
    (b"imp_uid=imp_1%00&merchant_uid=A&status=paid", "imp_uid"),
    (b"imp_uid=imp_1;merchant_uid=A;status=paid", "imp_uid"),
    (b"imp_uid=imp_1&merchant_uid=&status=paid", "merchant_uid"),
    (b"imp_uid=imp_1&merchant_uid=A+B&status=paid", "merchant_uid"),
    (b"imp_uid=imp_1&merchant_uid=A", "status"),
    (b"a=" + b"1" * 65_536, "too-large"),
]


@pytest.mark.parametrize(("body", "code"), BAD_FORMS, ids=range(len(BAD_FORMS)))
def test_what_is_not_strictly_a_form_is_rejected(body: bytes, code: str) -> None:
    assert rejection(body, FORM) == code


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["paid"], {}])
def test_a_field_of_another_type_is_rejected(field: str, value: object) -> None:
    assert rejection(json.dumps(FIELDS | {field: value}).encode()) == field


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_rejected(field: str) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != field}

    assert rejection(json.dumps(fields).encode()) == field
    assert rejection(urlencode(fields).encode(), FORM) == field


@pytest.mark.parametrize(
    "imp_uid",
    ["", "xmp_1", "imp", "imp_" + "1" * 29, "../imp_1", "imp_1\n", "imp_\uff11"],
)
def test_an_id_that_is_no_payments_is_rejected(imp_uid: str) -> None:
    assert rejection(json.dumps(FIELDS | {"imp_uid": imp_uid}).encode()) == "imp_uid"


@pytest.mark.parametrize("merchant_uid", ["", "..", "a b", "a/b", "1" * 41, "주문", "a\n", "a\x00"])
def test_an_id_that_is_no_orders_is_rejected(merchant_uid: str) -> None:
    assert rejection(json.dumps(FIELDS | {"merchant_uid": merchant_uid}).encode()) == "merchant_uid"


@pytest.mark.parametrize("status", ["", "PAID", "paid ", "x" * 10_000])
def test_an_unknown_word_claims_nothing(status: str) -> None:
    assert read(json.dumps(FIELDS | {"status": status}).encode()).claimed is PaymentStatus.UNKNOWN


@pytest.mark.parametrize("name", FIELDS)
def test_half_a_surrogate_pair_is_no_json(name: str) -> None:
    assert rejection(json.dumps(FIELDS | {name: "\ud800"}).encode()) == "json"


@pytest.mark.parametrize(("size", "code"), [(65_536, "imp_uid"), (65_537, "too-large")])
def test_the_size_is_bounded(size: int, code: str) -> None:
    assert rejection(b"{" + b" " * (size - 2) + b"}") == code


@given(
    st.binary(max_size=300) | st.text(max_size=100).map(str.encode), st.sampled_from([JSON, FORM])
)
def test_any_bytes_are_a_claim_or_a_rejection(body: bytes, content_type: str) -> None:
    try:
        claim = read(body, content_type)
    except WebhookRejected:
        return

    assert (claim.payment_id or "").startswith("imp")


@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "extra"]),
        st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from([*FIELDS.values()]),
    )
)
def test_any_fields_are_a_claim_of_just_those_ids_or_a_rejection(fields: dict[str, object]) -> None:
    try:
        claim = read(json.dumps(fields).encode())
    except WebhookRejected:
        return

    assert (claim.payment_id, claim.order_id) == (fields["imp_uid"], fields["merchant_uid"])
