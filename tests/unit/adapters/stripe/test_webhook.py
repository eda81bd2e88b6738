"""A webhook of Stripe's is believed to be its own, and is still only a reason to look."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock
from adapters.stripe.event_wire import LISTED_KINDS, READ_KINDS
from adapters.stripe.webhook import StripeWebhook
from domain.payment import PaymentStatus
from ports.errors import WebhookNotAuthentic, WebhookRejected
from ports.webhook_authenticator import WebhookClaim
from sandbox.stripe.signing import signature_header
from tests.unit.adapters.stripe.samples import ORDER_ID, PAYMENT_ID, fields_of, sample

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
SECRET = "whsec_one"
EVENT_ID = "evt_3MtwBwLkdIwHu7ix28example"


def read(body: bytes, *, account: str | None = None, signed: bool = True) -> WebhookClaim | None:
    signature = signature_header(body, [SECRET if signed else "other"], int(NOW.timestamp()))
    webhook = StripeWebhook([SECRET], ManualClock(NOW), account=account)
    return webhook.read({"stripe-signature": signature}, body)


def event(name: str, **changes: object) -> bytes:
    return json.dumps(fields_of(name) | changes).encode()


def about(kind: str, **changes: object) -> bytes:
    """An event of a kind about a charge of the payment, changed."""
    fields = fields_of("event_charge_refunded") | {"type": kind}
    fields["data"]["object"] |= changes
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("name", "claimed", "order_id"),
    [
        ("event_payment_intent_succeeded", PaymentStatus.PAID, ORDER_ID),
        ("event_charge_refunded", PaymentStatus.CANCELLED, ORDER_ID),
        ("event_dispute_created", PaymentStatus.UNKNOWN, None),
        ("event_refund_failed", PaymentStatus.UNKNOWN, None),
        ("event_checkout_completed_unpaid", PaymentStatus.OPENED, ORDER_ID),
    ],
)
def test_an_event_names_its_payment(
    name: str, claimed: PaymentStatus, order_id: str | None
) -> None:
    assert read(sample(name)) == WebhookClaim(
        payment_id=PAYMENT_ID, order_id=order_id, claimed=claimed, delivery_id=EVENT_ID
    )


def test_a_session_that_is_paid_claims_so() -> None:
    fields = fields_of("event_checkout_completed_unpaid")
    fields["data"]["object"]["payment_status"] = "paid"

    claim = read(json.dumps(fields).encode())

    assert claim is not None
    assert claim.claimed is PaymentStatus.PAID


@pytest.mark.parametrize("kind", LISTED_KINDS)
def test_every_kind_that_the_sweep_reads_is_read_as_a_webhook(kind: str) -> None:
    body = about(kind, id=PAYMENT_ID, payment_intent=PAYMENT_ID)

    claim = read(body)

    assert claim is not None
    assert claim.payment_id == PAYMENT_ID


def test_every_kind_is_one_that_the_vendors_library_knows() -> None:
    kinds = stripe.params.WebhookEndpointCreateParams.__annotations__["enabled_events"]
    known = set(get_args(get_args(kinds)[0]))

    assert known.issuperset(READ_KINDS)
    assert READ_KINDS.issuperset(LISTED_KINDS)


def test_one_question_to_the_vendor_may_name_all_kinds() -> None:
    assert len(LISTED_KINDS) <= 20


@pytest.mark.parametrize(
    "body",
    [
        sample("event_customer_created"),
        event("event_charge_refunded", type="payment_intent.of_a_later_year"),
        event("event_charge_refunded", type="v2.core.event_destination.ping"),
        # A charge without a PaymentIntent, and a session that has none yet.
        about("charge.refunded", payment_intent=None),
        about("checkout.session.expired", payment_intent=None),
        # Of a connected account, to a shop that asks for no account or for another.
        event("event_payment_intent_succeeded", account="acct_other"),
    ],
)
def test_what_is_about_nothing_of_ours_is_ignored(body: bytes) -> None:
    assert read(body) is None
    assert read(body, account="acct_ours") is None


@pytest.mark.parametrize(
    ("livemode", "allowed", "is_read"),
    [(False, False, False), (False, True, True), (True, False, True), (None, False, True)],
)
def test_play_is_ignored_where_it_does_not_count(
    livemode: object, *, allowed: bool, is_read: bool
) -> None:
    body = event("event_charge_refunded", livemode=livemode)
    headers = {"stripe-signature": signature_header(body, [SECRET], int(NOW.timestamp()))}

    webhook = StripeWebhook([SECRET], ManualClock(NOW), allow_test_payments=allowed)

    assert (webhook.read(headers, body) is not None) is is_read


def test_an_event_of_our_own_account_is_read() -> None:
    body = event("event_payment_intent_succeeded", account="acct_ours")

    claim = read(body, account="acct_ours")

    assert claim is not None


def test_an_expanded_payment_is_read_as_well() -> None:
    claim = read(about("charge.refunded", payment_intent={"id": PAYMENT_ID, "object": "x"}))

    assert claim is not None
    assert claim.payment_id == PAYMENT_ID


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, None),
        (None, None),
        ([], None),
        ({"order_id": 1}, None),
        ({"order_id": ""}, None),
        ({"order_id": "a b"}, None),
        ({"order_id": "x" * 41}, None),
        ({"order_id": "order-2"}, "order-2"),
    ],
)
def test_an_order_that_cannot_be_is_not_claimed(metadata: object, expected: str | None) -> None:
    claim = read(about("charge.refunded", metadata=metadata))

    assert claim is not None
    assert claim.order_id == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json"),
        (b"not json", "json"),
        (b"[]", "json"),
        (b'"text"', "json"),
        (b"\xff", "json"),
        (b"[" * 20_000, "json"),
        (b"{}", "id"),
        (event("event_charge_refunded", id=None), "id"),
        (event("event_charge_refunded", id="evt_/../x"), "id"),
        (event("event_charge_refunded", id="evt_" + "x" * 200), "id"),
        (event("event_charge_refunded", type=None), "type"),
        (event("event_charge_refunded", type=7), "type"),
        (event("event_charge_refunded", account=7), "account"),
        (event("event_charge_refunded", data=None), "data"),
        (event("event_charge_refunded", data={"object": []}), "data"),
        (about("charge.refunded", payment_intent=7), "payment_intent"),
        (about("charge.refunded", payment_intent=""), "payment_intent"),
        (about("charge.refunded", payment_intent="pi_../x"), "payment_intent"),
        (about("charge.refunded", payment_intent={"id": None}), "payment_intent"),
        (about("payment_intent.succeeded", id=None), "payment_intent"),
        (about("payment_intent.succeeded", id="ch_1"), "payment_intent"),
    ],
)
def test_signed_and_malformed_is_rejected(body: bytes, code: str) -> None:
    with pytest.raises(WebhookRejected) as error:
        read(body)

    assert error.value.code == code


def test_a_body_that_is_too_large_is_rejected_before_anything_is_computed() -> None:
    with pytest.raises(WebhookRejected) as error:
        read(b" " * (64 * 1024 + 1), signed=False)

    assert error.value.code == "too-large"


@pytest.mark.parametrize("body", [b"", b"not json", sample("event_customer_created")])
def test_what_is_not_signed_is_not_authentic_whatever_it_says(body: bytes) -> None:
    with pytest.raises(WebhookNotAuthentic):
        read(body, signed=False)
    with pytest.raises(WebhookNotAuthentic):
        StripeWebhook([SECRET], ManualClock(NOW)).read({}, body)


def test_the_clock_is_the_ports() -> None:
    body = sample("event_charge_refunded")
    headers = {"stripe-signature": signature_header(body, [SECRET], int(NOW.timestamp()))}
    clock = ManualClock(NOW)
    webhook = StripeWebhook([SECRET], clock)
    assert webhook.read(headers, body) is not None

    clock.advance(301)

    with pytest.raises(WebhookNotAuthentic):
        webhook.read(headers, body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.sampled_from(["id", "type", "account", "data", "livemode", "object"])
    | st.tuples(st.sampled_from(["id", "payment_intent", "metadata", "object"])),
    VALUES,
)
def test_a_signed_event_of_any_form_is_a_claim_or_ignored_or_rejected(
    name: str | tuple[str], value: Any
) -> None:
    fields = fields_of("event_charge_refunded")
    if isinstance(name, str):
        fields[name] = value
    else:
        fields["data"]["object"][name[0]] = value

    try:
        claim = read(json.dumps(fields).encode())
    except WebhookRejected:
        return

    assert claim is None or claim.payment_id is not None


@given(st.binary(max_size=200))
def test_any_signed_bytes_are_rejected(body: bytes) -> None:
    with pytest.raises(WebhookRejected):
        read(body)
