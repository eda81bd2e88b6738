"""A webhook is read strictly and never believed; whose it is shows only by a secret we know."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.webhook import TossWebhook
from domain.payment import PaymentStatus
from ports.errors import WebhookRejected
from ports.webhook_authenticator import WebhookClaim
from tests.unit.adapters.toss.samples import PAYMENT_ID, SECRET, changed, fields_of, sample

HEADERS = {
    "content-type": "application/json; charset=utf-8",
    "tosspayments-webhook-transmission-id": "whtrans_1",
    "tosspayments-webhook-transmission-retried-count": "0",
}
CHANGED, DEPOSIT = "webhook_payment_status_changed", "webhook_deposit_callback"


def read(body: bytes, secrets: DepositSecrets | None = None, **headers: str) -> WebhookClaim | None:
    return TossWebhook(secrets or DepositSecrets()).read(HEADERS | headers, body)


def changed_data(**changes: object) -> bytes:
    return changed(CHANGED, data=fields_of(CHANGED)["data"] | changes)


def knowing(*secrets: str) -> DepositSecrets:
    known = DepositSecrets()
    for secret in secrets:
        known.learn("order-0001", secret)
    return known


def test_a_change_names_payment_and_order() -> None:
    assert read(sample(CHANGED)) == WebhookClaim(
        payment_id=PAYMENT_ID,
        order_id="order-0001",
        claimed=PaymentStatus.PAID,
        delivery_id=None,
    )


def test_a_deposit_names_the_order_alone() -> None:
    assert read(sample(DEPOSIT)) == WebhookClaim(
        payment_id=None, order_id="order-0001", claimed=PaymentStatus.PAID, delivery_id=None
    )


def test_a_deposit_may_come_as_an_event_too() -> None:
    data = fields_of(DEPOSIT)
    bodies = [
        changed(DEPOSIT, eventType="DEPOSIT_CALLBACK"),
        json.dumps({"eventType": "DEPOSIT_CALLBACK", "data": data}).encode(),
    ]

    assert [read(body) for body in bodies] == [read(sample(DEPOSIT))] * 2


@pytest.mark.parametrize(
    ("word", "claimed"),
    [
        ("DONE", PaymentStatus.PAID),
        ("WAITING_FOR_DEPOSIT", PaymentStatus.AWAITING_DEPOSIT),
        ("CANCELED", PaymentStatus.CANCELLED),
        ("PARTIAL_CANCELED", PaymentStatus.PARTIALLY_CANCELLED),
        ("IN_PROGRESS", PaymentStatus.OPENED),
        ("ABORTED", PaymentStatus.FAILED),
        ("EXPIRED", PaymentStatus.FAILED),
        ("SOMETHING_NEW", PaymentStatus.UNKNOWN),
        ("done", PaymentStatus.UNKNOWN),
    ],
)
def test_what_it_claims_is_only_told(word: str, claimed: PaymentStatus) -> None:
    by_change, by_deposit = read(changed_data(status=word)), read(changed(DEPOSIT, status=word))

    assert by_change is not None
    assert by_deposit is not None
    assert by_change.claimed is by_deposit.claimed is claimed


@pytest.mark.parametrize("name", [CHANGED, DEPOSIT])
def test_the_senders_id_is_handed_on_only_with_a_secret_that_we_know(name: str) -> None:
    known = read(sample(name), knowing("ps_another", SECRET))
    stranger = read(sample(name), knowing("ps_another"))
    forgotten = read(sample(name))

    assert known is not None
    assert stranger is not None
    assert known.delivery_id == "whtrans_1"
    # Whatever id a stranger borrows, it keeps nobody from looking when the true one comes.
    assert stranger.delivery_id is None
    assert forgotten == stranger


@pytest.mark.parametrize("secret", [None, 7, "", "\u2028", SECRET + " "])
def test_an_odd_secret_is_a_strangers(secret: object) -> None:
    claim = read(changed(DEPOSIT, secret=secret), knowing(SECRET))

    assert claim is not None
    assert claim.delivery_id is None


@pytest.mark.parametrize("told", ["", "x" * 201, "a b", "a\x00", "\uff11"])
def test_an_odd_id_is_none(told: str) -> None:
    header = {"tosspayments-webhook-transmission-id": told}
    claim = read(sample(DEPOSIT), knowing(SECRET), **header)

    assert claim is not None
    assert claim.delivery_id is None


@pytest.mark.parametrize("event", ["METHOD_UPDATED", "payout.changed", "", "SOMETHING_NEW"])
def test_an_event_that_is_not_about_a_payment_is_ignored(event: str) -> None:
    assert read(changed("webhook_unknown_event", eventType=event)) is None


@pytest.mark.parametrize("order_id", ["o" * 64, "주문-1", "a/b", "order=1"])
def test_an_order_that_cannot_be_ours_is_nobodys_claim(order_id: str) -> None:
    assert read(changed(DEPOSIT, orderId=order_id)) is None
    assert read(changed_data(orderId=order_id)) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"[]", "not-an-object"),
        (b"null", "not-an-object"),
        (b"\xff", "utf-8"),
        (b'{"a":1,"a":2}', "duplicate-field"),
        (b'{"a":NaN}', "json"),
        (b"[" * 30_000, "json"),
        (b"{}", "orderId"),
        (b'{"eventType":7}', "eventType"),
        (b'{"eventType":null}', "eventType"),
        (b'{"eventType":"PAYMENT_STATUS_CHANGED"}', "data"),
        (b'{"eventType":"PAYMENT_STATUS_CHANGED","data":[]}', "data"),
        (b'{"eventType":"PAYMENT_STATUS_CHANGED","data":{}}', "orderId"),
        (b'{"eventType":"DEPOSIT_CALLBACK","data":7}', "data"),
        (b" " * 70_000, "too-large"),
        (changed(DEPOSIT, orderId=7), "orderId"),
        (changed(DEPOSIT, orderId=""), "orderId"),
        (changed(DEPOSIT, status=None), "status"),
        (changed(DEPOSIT, paymentKey="a/b"), "paymentKey"),
        (changed_data(paymentKey=None), "paymentKey"),
        (changed_data(paymentKey="../x"), "paymentKey"),
        (changed_data(paymentKey="x" * 201), "paymentKey"),
        (changed_data(paymentKey=2**63), "paymentKey"),
    ],
    ids=range(24),
)
def test_what_is_malformed_is_rejected(body: bytes, code: str) -> None:
    with pytest.raises(WebhookRejected) as error:
        read(body)

    assert error.value.code == code


def test_another_type_than_json_is_rejected() -> None:
    with pytest.raises(WebhookRejected):
        TossWebhook(DepositSecrets()).read({"content-type": "text/plain"}, sample(DEPOSIT))


@given(
    st.dictionaries(
        st.sampled_from(["eventType", "data", "orderId", "paymentKey", "status", "secret"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just({}),
    )
)
def test_whatever_comes_is_a_claim_nothing_or_rejected(fields: dict[str, Any]) -> None:
    try:
        claim = read(json.dumps(fields).encode(), knowing(SECRET))
    except WebhookRejected:
        return

    assert claim is None or claim.order_id == fields["orderId"]


def test_only_so_many_secrets_are_remembered() -> None:
    secrets = DepositSecrets()
    for number in range(10_001):
        secrets.learn(f"order-{number}", SECRET)
    for number in range(5):
        secrets.learn("one", f"ps_{number}")
    secrets.learn("none", None)
    secrets.learn("none", "")

    assert not secrets.knows("order-0", SECRET)
    assert secrets.knows("order-10000", SECRET)
    assert [secrets.knows("one", f"ps_{number}") for number in (0, 1, 4)] == [False, True, True]
    assert not secrets.knows("none", "")
    assert SECRET not in repr(vars(secrets))
