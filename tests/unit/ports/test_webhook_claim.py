"""A webhook's claim is about something."""

import pytest

from domain.errors import InvalidValue
from domain.payment import PaymentStatus
from ports.webhook_authenticator import WebhookClaim


def a_claim(payment_id: str | None, order_id: str | None) -> WebhookClaim:
    return WebhookClaim(
        payment_id=payment_id, order_id=order_id, claimed=PaymentStatus.PAID, delivery_id=None
    )


def test_either_the_payment_or_the_order_is_enough() -> None:
    assert a_claim("imp_1", None).order_id is None
    assert a_claim(None, "order-1").payment_id is None


def test_neither_is_not() -> None:
    with pytest.raises(InvalidValue, match="order_id is needed"):
        a_claim(None, None)


@pytest.mark.parametrize("order_id", ["", "..", "주문", "a b"])
def test_an_order_id_that_cannot_be_ours_is_left_out_by_whoever_reads(order_id: str) -> None:
    with pytest.raises(InvalidValue, match="order_id"):
        a_claim("imp_1", order_id)


def test_a_message_is_named_by_what_can_be_seen() -> None:
    with pytest.raises(InvalidValue, match="delivery_id"):
        WebhookClaim(
            payment_id="imp_1", order_id=None, claimed=PaymentStatus.PAID, delivery_id="a b"
        )
