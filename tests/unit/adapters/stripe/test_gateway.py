"""What is asked of Stripe, with what, and what its answers mean that are no success."""

import pytest

from adapters.stripe.gateway import StripeGateway
from domain.payment import Payment
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.stripe.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.stripe.samples import PAYMENT_ID, sample

HTML = b"<html>sorry</html>"
BUSY = [http(429, sample("error_429_rate_limit"))] * 4


async def asked(
    make_session: MakeSession, *answers: bytes, account: str | None = None
) -> tuple[Payment | PortError | None, list[bytes]]:
    """Ask through a scripted server; what came of it, and the requests as they were sent."""
    async with scripted(answers) as script:
        gateway = StripeGateway(make_session(script.base_url, account), timeout_s=PATIENT_S)
        try:
            return await gateway.find_payment(PAYMENT_ID), script.requests
        except PortError as error:
            return error, script.requests


async def test_the_key_and_the_version_go_with_every_question(make_session: MakeSession) -> None:
    answer, [request] = await asked(make_session, http(200, sample("succeeded_card")))

    head = request.decode().lower()
    assert isinstance(answer, Payment)
    assert head.startswith(
        f"get /v1/payment_intents/{PAYMENT_ID.lower()}?expand%5b%5d=latest_charge http/1.1\r\n"
    )
    assert "\r\nauthorization: bearer sk_made_up\r\n" in head
    assert "\r\nstripe-version: 2025-04-30.basil\r\n" in head
    assert "stripe-account" not in head


async def test_a_platform_asks_for_one_of_its_accounts(make_session: MakeSession) -> None:
    _, [request] = await asked(
        make_session, http(200, sample("succeeded_card")), account="acct_ours"
    )

    assert b"\r\nstripe-account: acct_ours\r\n" in request.lower()


async def test_an_unknown_payment_is_none(make_session: MakeSession) -> None:
    answer, requests = await asked(make_session, http(404, sample("error_404_unknown_payment")))

    assert answer is None
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([http(401, sample("error_401_invalid_key"))], GatewayRefused, "http-401"),
        ([http(401, HTML)], GatewayRefused, "http-401"),
        ([http(403, sample("error_401_invalid_key"))], GatewayRefused, "http-403"),
        # Somebody on the way has answered: no word about the payment.
        ([http(403, HTML)], GatewayUnavailable, "http-403"),
        ([http(404, HTML)], GatewayUnavailable, "http-404"),
        ([http(404, sample("error_401_invalid_key"))], GatewayProtocolError, "http-404"),
        ([http(409, sample("error_400_idempotency"))], GatewayUnavailable, "http-409"),
        ([http(400, sample("error_400_idempotency"))], GatewayProtocolError, "http-400"),
        ([http(302, b"", Location="/x")], GatewayProtocolError, "redirect"),
        ([http(200, HTML)], GatewayProtocolError, "payment-intent"),
        ([http(200, sample("list"))], GatewayProtocolError, "id"),
        (BUSY, GatewayUnavailable, "http-429"),
        ([http(500, sample("error_429_rate_limit"))] * 4, GatewayUnavailable, "http-500"),
    ],
)
async def test_whose_fault_it_is_is_told(
    make_session: MakeSession, answers: list[bytes], kind: type[PortError], code: str
) -> None:
    error, requests = await asked(make_session, *answers)

    assert isinstance(error, kind)
    assert error.code == code
    assert len(requests) == len(answers)


async def test_a_passing_trouble_is_asked_through(make_session: MakeSession) -> None:
    answer, requests = await asked(
        make_session, http(503, HTML), *BUSY[:1], http(200, sample("succeeded_card"))
    )

    assert isinstance(answer, Payment)
    assert len(requests) == 3
