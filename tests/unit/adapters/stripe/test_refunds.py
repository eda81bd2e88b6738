"""A refund is looked for before it is asked, asked once, and only a clear answer is believed."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from adapters.stripe.desk_wire import refund_request
from adapters.stripe.refunds import StripeRefundDesk
from domain.money import Currency, Money
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.stripe.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.stripe.samples import PAYMENT_ID, changed, fields_of, sample

USD = Currency("USD")
ORDER = RefundOrder(
    refund_id="rf-1",
    payment_id=PAYMENT_ID,
    amount=Money.of("5.00", USD),
    remaining=Money.of("20.00", USD),
    reason="one broke",
)
PAID = http(200, sample("succeeded_card"))
PARTLY_REFUNDED = http(200, sample("partially_refunded"))
HTML = b"<html>sorry</html>"


def listed(*names: str, has_more: bool = False) -> bytes:
    rows = [fields_of(name) for name in names]
    return http(200, json.dumps({"object": "list", "data": rows, "has_more": has_more}).encode())


NONE = listed()


async def refunded(
    make_session: MakeSession, *answers: bytes, order: RefundOrder = ORDER
) -> tuple[Payment | RefundDeclined | PortError, list[bytes]]:
    """Ask through a scripted server; what came of it, and what was posted."""
    async with scripted(answers) as script:
        desk = StripeRefundDesk(make_session(script.base_url), timeout_s=PATIENT_S)
        answer: Payment | RefundDeclined | PortError
        try:
            answer = await desk.refund(order)
        except PortError as error:
            answer = error
        return answer, [each for each in script.requests if each.startswith(b"POST")]


def test_the_request_names_the_amount_and_our_own_id() -> None:
    assert dict(refund_request(replace(ORDER, reason="a\0" + "b" * 1000))) == {
        "payment_intent": PAYMENT_ID,
        "amount": "500",
        "metadata[refund_id]": "rf-1",
        "metadata[reason]": "a\ufffd" + "b" * 198,
    }


async def test_it_is_looked_for_asked_once_and_looked_at(make_session: MakeSession) -> None:
    answer, [post] = await refunded(
        make_session, PAID, NONE, http(200, sample("refund_succeeded")), PARTLY_REFUNDED
    )

    head, _, body = post.partition(b"\r\n\r\n")
    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PARTIALLY_CANCELLED
    assert head.startswith(b"POST /v1/refunds HTTP/1.1\r\n")
    assert b"\r\nidempotency-key: rf-1\r\n" in head.lower()
    assert parse_qsl(body.decode()) == list(refund_request(ORDER))


async def test_one_that_is_under_way_counts_as_the_vendor_counts_it(
    make_session: MakeSession,
) -> None:
    counted, _ = await refunded(
        make_session, PAID, NONE, http(200, sample("refund_pending")), PARTLY_REFUNDED
    )
    uncounted, _ = await refunded(
        make_session, PAID, NONE, http(200, sample("refund_pending")), PAID
    )

    assert isinstance(counted, Payment)
    assert counted.cancelled == ORDER.amount
    # Not seen yet: whoever asked will look again.
    assert isinstance(uncounted, Payment)
    assert uncounted.cancelled == Money.zero(USD)


async def test_ours_that_is_there_and_not_counted_is_not_asked_for_again(
    make_session: MakeSession,
) -> None:
    answer, posts = await refunded(make_session, PAID, listed("refund_pending"))

    assert isinstance(answer, GatewayUnavailable)
    assert answer.code == "refund-pending"
    assert posts == []


async def test_ours_is_found_behind_others(make_session: MakeSession) -> None:
    page = fields_of("refund_succeeded") | {"metadata": {"refund_id": "rf-0"}}
    first = json.dumps({"data": [7, {}, page], "has_more": True}).encode()

    answer, posts = await refunded(make_session, PAID, http(200, first), listed("refund_pending"))

    assert isinstance(answer, GatewayUnavailable)
    assert posts == []


async def test_ours_that_failed_is_declined_for_its_reason(make_session: MakeSession) -> None:
    before, posts = await refunded(make_session, PAID, listed("refund_failed"))
    at_once, _ = await refunded(make_session, PAID, NONE, http(200, sample("refund_failed")))

    assert before == at_once == RefundDeclined(reason="expired_or_canceled_card")
    assert posts == []


@pytest.mark.parametrize(
    "look",
    [
        http(404, sample("error_404_unknown_payment")),
        http(200, sample("requires_capture")),
        http(200, sample("refunded")),
        PARTLY_REFUNDED,
    ],
)
async def test_what_cannot_be_given_is_declined_without_asking(
    make_session: MakeSession, look: bytes
) -> None:
    answer, posts = await refunded(make_session, look)

    assert isinstance(answer, RefundDeclined)
    assert posts == []


async def test_more_than_remains_is_declined_without_asking(make_session: MakeSession) -> None:
    order = replace(ORDER, amount=Money.of("20.01", USD))

    answer, posts = await refunded(make_session, PAID, order=order)

    assert isinstance(answer, RefundDeclined)
    assert posts == []


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (
            http(400, sample("error_400_already_refunded")),
            "Charge ch_3MtwBwLkdIwHu7ix2N9x1A2B has already been refunded.",
        ),
        (http(402, sample("error_402_card_declined")), "Your card was declined."),
        (http(404, sample("error_404_unknown_payment")), "No such payment_intent: 'pi_x'"),
        (
            http(400, b'{"error":{"type":"invalid_request_error","message":"call 010-1234-5678"}}'),
            "call ***",
        ),
        (http(400, b'{"error":{"type":"invalid_request_error"}}'), "declined without a reason"),
    ],
)
async def test_the_vendors_no_is_told_in_its_own_words(
    make_session: MakeSession, refusal: bytes, reason: str
) -> None:
    answer, _ = await refunded(make_session, PAID, NONE, refusal)

    assert answer == RefundDeclined(reason=reason)


REFUND = fields_of("refund_succeeded")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(200, HTML), GatewayProtocolError),
        (http(200, json.dumps(REFUND | {"amount": 501}).encode()), GatewayProtocolError),
        (http(200, json.dumps(REFUND | {"amount": "500"}).encode()), GatewayProtocolError),
        (http(200, json.dumps(REFUND | {"currency": "krw"}).encode()), GatewayProtocolError),
        (http(200, json.dumps(REFUND | {"payment_intent": None}).encode()), GatewayProtocolError),
        # Its key was used for something else: nobody knows for what.
        (http(400, sample("error_400_idempotency")), GatewayProtocolError),
        (http(409, sample("error_429_rate_limit")), GatewayUnavailable),
        (http(429, sample("error_429_rate_limit")), GatewayUnavailable),
        (http(400, HTML), GatewayUnavailable),
        (http(500, sample("error_402_card_declined")), GatewayUnavailable),
        (http(401, sample("error_401_invalid_key")), GatewayRefused),
    ],
)
async def test_any_other_answer_says_nothing_and_is_not_asked_for_twice(
    make_session: MakeSession, answer: bytes, kind: type[PortError]
) -> None:
    error, posts = await refunded(make_session, PAID, NONE, answer)

    assert isinstance(error, kind)
    assert len(posts) == 1


async def test_a_payment_that_vanishes_is_nonsense(make_session: MakeSession) -> None:
    error, _ = await refunded(
        make_session,
        PAID,
        NONE,
        http(200, sample("refund_succeeded")),
        http(404, sample("error_404_unknown_payment")),
    )

    assert isinstance(error, GatewayProtocolError)


async def test_an_amount_that_cannot_be_read_is_not_refunded(make_session: MakeSession) -> None:
    huge = {"amount": 2**63, "amount_captured": 2**63}

    error, posts = await refunded(
        make_session, http(200, changed("succeeded_card", huge, amount_received=2**63))
    )

    assert isinstance(error, GatewayProtocolError)
    assert posts == []
