"""What each answer of the vendor, or of somebody on the way to it, means to a question."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.gateway import TossGateway
from adapters.toss.search import TossSearch
from adapters.toss.session import Session
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.toss.conftest import MakeSession
from tests.unit.adapters.toss.samples import PAYMENT_ID, SECRET, changed, sample

HTML = b"<html>sorry</html>"
NO_SUCH = sample("error_404_not_found_payment")
BUSY = [http(503, HTML)] * 4


async def of_one(session: Session) -> object:
    return await TossGateway(session, DepositSecrets(), timeout_s=20).find_payment(PAYMENT_ID)


async def of_many(session: Session) -> object:
    return await TossSearch(session, timeout_s=20).find_payments([PAYMENT_ID])


async def of_order(session: Session) -> object:
    return await TossSearch(session, timeout_s=20).find_payments_of_order("order-0001")


ASKED = pytest.mark.parametrize("ask", [of_one, of_many, of_order])


@ASKED
@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([http(401, sample("error_401_unauthorized_key"))], GatewayRefused, "http-401"),
        ([http(401, HTML)], GatewayRefused, "http-401"),
        ([http(403, b'{"code":"FORBIDDEN_REQUEST"}')], GatewayRefused, "http-403"),
        ([http(400, b'{"code":"INVALID_API_KEY"}')], GatewayRefused, "http-400"),
        ([http(403, HTML)], GatewayUnavailable, "http-403"),
        ([http(404, HTML)], GatewayUnavailable, "http-404"),
        ([http(404)], GatewayUnavailable, "http-404"),
        ([http(404, b'{"code":"SOMETHING_NEW"}')], GatewayProtocolError, "http-404"),
        ([http(400, b'{"code":"PROVIDER_ERROR"}')], GatewayUnavailable, "uncertain"),
        ([http(400, b'{"code":"INVALID_REQUEST"}')], GatewayProtocolError, "http-400"),
        ([http(302, Location="/x")], GatewayProtocolError, "redirect"),
        ([http(204)], GatewayProtocolError, "http-204"),
        ([http(200, b" " * 2_000_000)], GatewayProtocolError, "too-large"),
        (BUSY, GatewayUnavailable, "http-503"),
    ],
    ids=range(14),
)
async def test_what_is_no_answer_says_whose_fault_it_is(
    make_session: MakeSession,
    ask: Callable[[Session], Awaitable[object]],
    answers: list[bytes],
    kind: type[PortError],
    code: str,
) -> None:
    async with scripted(answers) as script:
        with pytest.raises(PortError) as error:
            await ask(make_session(script.base_url))

    assert type(error.value) is kind
    assert error.value.code == code


@ASKED
async def test_a_line_that_breaks_is_tried_again(make_session: MakeSession, ask: Any) -> None:
    async with scripted([b"", http(502, HTML), http(200, sample("done_card"))]) as script:
        await ask(make_session(script.base_url))

    assert len(script.requests) == 3


async def test_no_such_payment_is_none(make_session: MakeSession) -> None:
    async with scripted([http(404, NO_SUCH)] * 3) as script:
        session = make_session(script.base_url)
        assert await of_one(session) is None
        found = await TossSearch(session).find_payments([PAYMENT_ID])
        of_an_order = await TossSearch(session).find_payments_of_order("order-0001")

    assert len(found) == len(of_an_order) == 0


@pytest.mark.parametrize(
    "body",
    [HTML, b"[]", b"{}", changed("done_card", paymentKey="another"), NO_SUCH],
    ids=range(5),
)
async def test_an_answer_about_something_else_is_no_unreadable_payment(
    make_session: MakeSession, body: bytes
) -> None:
    async with scripted([http(200, body)]) as script:
        with pytest.raises(GatewayProtocolError):
            await of_many(make_session(script.base_url))


async def test_the_payment_of_another_order_is_nonsense(make_session: MakeSession) -> None:
    async with scripted([http(200, changed("done_card", orderId="order-0002"))]) as script:
        with pytest.raises(GatewayProtocolError) as error:
            await of_order(make_session(script.base_url))

    assert error.value.code == "another-order"


async def test_an_order_id_is_one_segment_of_the_address(make_session: MakeSession) -> None:
    async with scripted([http(404, NO_SUCH)]) as script:
        await TossSearch(make_session(script.base_url)).find_payments_of_order("a:b.c")

    assert script.targets == ["/v1/payments/orders/a%3Ab.c"]


async def test_a_look_teaches_the_secret(make_session: MakeSession) -> None:
    secrets = DepositSecrets()
    async with scripted([http(200, sample("waiting_for_deposit"))]) as script:
        await TossGateway(make_session(script.base_url), secrets).find_payment(PAYMENT_ID)

    assert secrets.knows("order-0001", SECRET)
    assert not secrets.knows("order-0002", SECRET)
