"""What each answer of the vendor, or of somebody on the way to it, means."""

import gzip
import ssl
from collections.abc import Sequence
from typing import NoReturn

import aiohttp
import pytest

from domain.payment import PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.portone_v1.conftest import MakeGateway
from tests.unit.adapters.portone_v1.samples import PAYMENT_ID, TOKEN, answer, sample

PAID = sample("portone_v1/paid_card.json")
HTML = sample("portone_v1/gateway_502.html")
REFUSAL = sample("portone_v1/error_401_unauthorized.json")
UNKNOWN = sample("portone_v1/error_404_unknown_imp_uid.json")
MISSING_PARAMETERS = sample("portone_v1/error_400_token_missing_params.json")
# 200 MB, once unpacked.
BOMB = http(200, gzip.compress(bytes(200_000_000), 1), Content_Encoding="gzip")

QUESTION = [
    (http(404, HTML), GatewayUnavailable, "http-404"),
    (http(404), GatewayUnavailable, "http-404"),
    (http(404, b'{"message": "no route"}'), GatewayUnavailable, "http-404"),
    (http(404, answer(None)), GatewayProtocolError, "http-404"),
    (http(403, REFUSAL), GatewayRefused, "http-403"),
    (http(403, HTML), GatewayUnavailable, "http-403"),
    (http(400, REFUSAL), GatewayProtocolError, "http-400"),
    (http(400, HTML), GatewayUnavailable, "http-400"),
    (http(405, REFUSAL), GatewayProtocolError, "http-405"),
    (http(200, HTML), GatewayProtocolError, "envelope"),
    (http(200), GatewayProtocolError, "envelope"),
    (http(200, UNKNOWN), GatewayProtocolError, "code"),
    (http(204), GatewayProtocolError, "http-204"),
    (http(207, PAID), GatewayProtocolError, "http-207"),
    (http(301, Location="/elsewhere"), GatewayProtocolError, "redirect"),
    (http(302, PAID, Location="/elsewhere"), GatewayProtocolError, "redirect"),
    (http(307, Location="/elsewhere"), GatewayProtocolError, "redirect"),
    (http(200, gzip.compress(PAID), Content_Encoding="gzip"), GatewayProtocolError, "encoding"),
    (http(200, PAID, Content_Encoding="br"), GatewayProtocolError, "encoding"),
    (http(200, PAID, Content_Encoding="identity, gzip"), GatewayProtocolError, "encoding"),
    (BOMB, GatewayProtocolError, "encoding"),
    (http(404, gzip.compress(UNKNOWN), Content_Encoding="gzip"), GatewayUnavailable, "http-404"),
    (http(403, b" " * 2_000_000 + REFUSAL), GatewayUnavailable, "http-403"),
    *(
        (http(302, Location=location), GatewayProtocolError, "redirect")
        for location in (
            "",
            "//",
            "mailto:x",
            "http://[",
            "http://xn--/",
            "http://한글..",
            "http://a..",
            "http://\xff",
        )
    ),
    (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", GatewayProtocolError, "not-http"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", GatewayProtocolError, "not-http"),
    (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", GatewayProtocolError, "not-http"),
]
TOKEN_QUESTION = [
    (http(400, MISSING_PARAMETERS), GatewayRefused, "http-400"),
    (http(400, HTML), GatewayUnavailable, "http-400"),
    (http(401, REFUSAL), GatewayRefused, "http-401"),
    (http(401, HTML), GatewayRefused, "http-401"),
    (http(403, REFUSAL), GatewayRefused, "http-403"),
    (http(404, HTML), GatewayUnavailable, "http-404"),
    (http(404, UNKNOWN), GatewayProtocolError, "http-404"),
    (http(200, HTML), GatewayProtocolError, "envelope"),
    (http(200, REFUSAL), GatewayProtocolError, "code"),
    (http(200, answer(None)), GatewayProtocolError, "response"),
    (http(200, answer({"now": 1, "expired_at": 2})), GatewayProtocolError, "access_token"),
    (http(302, TOKEN, Location="/"), GatewayProtocolError, "redirect"),
    *(
        (http(200, answer(fields)), GatewayProtocolError, "token")
        for fields in (
            {"access_token": "a b", "now": 1, "expired_at": 2},
            {"access_token": "a\r\nX-Evil: 1", "now": 1, "expired_at": 2},
            {"access_token": "토큰", "now": 1, "expired_at": 2},
            {"access_token": "a" * 513, "now": 1, "expired_at": 2},
            {"access_token": "a", "now": 2, "expired_at": 2},
            {"access_token": "a", "now": 1},
            {"access_token": "a", "expired_at": 2},
            {"access_token": "a", "now": 1, "expired_at": None},
        )
    ),
]


def codes(cases: Sequence[tuple[bytes, type[PortError], str]]) -> list[str]:
    return [f"{number}-{code}" for number, (_, _, code) in enumerate(cases)]


@pytest.mark.parametrize(("question", "kind", "code"), QUESTION, ids=codes(QUESTION))
async def test_an_answer_to_a_question(
    make_gateway: MakeGateway, question: bytes, kind: type[PortError], code: str
) -> None:
    async with scripted([http(200, TOKEN), question]) as script:
        with pytest.raises(kind) as error:
            await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert error.value.code == code
    assert len(script.requests) == 2


@pytest.mark.parametrize(("question", "kind", "code"), TOKEN_QUESTION, ids=codes(TOKEN_QUESTION))
async def test_an_answer_to_a_request_for_a_token(
    make_gateway: MakeGateway, question: bytes, kind: type[PortError], code: str
) -> None:
    async with scripted([question]) as script:
        with pytest.raises(kind) as error:
            await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert error.value.code == code
    assert len(script.requests) == 1


async def test_an_unknown_payment_is_none_in_the_vendors_envelope_alone(
    make_gateway: MakeGateway,
) -> None:
    async with scripted([http(200, TOKEN), http(404, UNKNOWN)]) as script:
        assert await make_gateway(script.base_url).find_payment(PAYMENT_ID) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        http(200, PAID)[:-100],
        http(408),
        http(500, PAID),
        http(503, HTML, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
        http(503, HTML, Retry_After="-1"),
        http(503, HTML, Retry_After="0"),
        http(502, gzip.compress(HTML), Content_Encoding="gzip"),
        http(502, b" " * 2_000_000),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("is_token", [True, False])
async def test_what_breaks_on_the_way_is_asked_again(
    make_gateway: MakeGateway, broken: bytes, is_token: bool
) -> None:
    token, paid = http(200, TOKEN), http(200, PAID)
    async with scripted([broken, token, paid] if is_token else [token, broken, paid]) as script:
        payment = await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert payment is not None
    assert payment.status is PaymentStatus.PAID
    assert len(script.requests) == 3


async def test_a_wait_beyond_all_bounds_is_not_begun(make_gateway: MakeGateway) -> None:
    busy = http(429, HTML, Retry_After="999999999")
    async with scripted([http(200, TOKEN), busy]) as script:
        with pytest.raises(GatewayUnavailable) as error:
            await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert error.value.code == "http-429"


async def test_an_answer_may_say_that_it_is_not_packed(make_gateway: MakeGateway) -> None:
    plain = http(200, PAID, Content_Encoding="Identity")
    async with scripted([http(200, TOKEN), plain]) as script:
        assert await make_gateway(script.base_url).find_payment(PAYMENT_ID) is not None


async def test_the_requests_say_what_they_must_and_no_more(make_gateway: MakeGateway) -> None:
    cookie = {"Set_Cookie": "session=1; Path=/"}
    async with scripted([http(200, TOKEN, **cookie), http(200, PAID, **cookie)]) as script:
        await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    asked_token, asked = script.requests
    assert asked_token.startswith(b"POST /users/getToken HTTP/1.1\r\n")
    assert asked_token.endswith(b'\r\n\r\n{"imp_key":"key","imp_secret":"secret"}')
    assert b"authorization" not in asked_token.lower()
    assert asked.startswith(b"GET /payments/imp_000000000001 HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef01234567\r\n" in asked
    assert b"secret" not in asked
    for request in script.requests:
        assert b"\r\nAccept-Encoding: identity\r\n" in request
        assert b"cookie" not in request.lower()


async def test_cookies_are_not_kept(make_gateway: MakeGateway) -> None:
    unknown = http(404, UNKNOWN, Set_Cookie="session=1; Path=/")
    async with scripted([http(200, TOKEN), unknown, unknown]) as script:
        gateway = make_gateway(script.base_url)
        await gateway.find_payment(PAYMENT_ID)
        await gateway.find_payment(PAYMENT_ID)

    assert len(script.requests) == 3
    assert b"cookie" not in b"".join(script.requests).lower()


async def test_each_question_names_the_test_channel_where_it_is_allowed(
    make_gateway: MakeGateway,
) -> None:
    async with scripted([http(200, TOKEN), http(200, PAID)]) as script:
        await make_gateway(script.base_url, allow_test_payments=True).find_payment(PAYMENT_ID)

    assert script.targets == ["/users/getToken", f"/payments/{PAYMENT_ID}?include_sandbox=true"]


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientError("secret"),
        aiohttp.ClientPayloadError("secret"),
        aiohttp.InvalidURL("secret"),
        aiohttp.ServerDisconnectedError("secret"),
        ConnectionResetError("secret"),
        TimeoutError("secret"),
        ssl.SSLError("secret"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_breaks_the_line_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, make_gateway: MakeGateway, error: Exception
) -> None:
    async def break_the_line(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", break_the_line)

    with pytest.raises(GatewayUnavailable) as unavailable:
        await make_gateway("https://127.0.0.1:9").find_payment(PAYMENT_ID)

    assert unavailable.value.code == "connection"
