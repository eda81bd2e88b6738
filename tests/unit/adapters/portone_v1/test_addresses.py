"""No question, and so no token, ever goes to an address that it is not meant for."""

from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock
from adapters.portone_v1 import wire
from adapters.portone_v1.gateway import PortOneV1Gateway
from adapters.portone_v1.session import Session
from domain.errors import InvalidValue
from ports.errors import GatewayProtocolError
from tests.support.no_network import answered_by
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.portone_v1.conftest import MakeGateway
from tests.unit.adapters.portone_v1.samples import PAYMENT_ID, TOKEN, sample

PAID = sample("portone_v1/paid_card.json")
HOSTILE = [
    "",
    "imp",
    "imp_" + "1" * 29,
    "imp_" + "1" * 10_000,
    "xmp_1",
    "IMP_1",
    " imp_1",
    "imp_1 ",
    "imp_1\n",
    "imp_1\x00",
    "imp_1/cancel",
    "imp_1?extension=true",
    "imp_1#x",
    "imp_1;x",
    "imp_1:x",
    "imp_1@evil.example",
    "imp_%2e%2e",
    "imp%2f..%2fusers%2fgetToken",
    "..",
    ".",
    "%2e%2e",
    "../users/getToken",
    "imp/../../users/getToken",
    "imp\\..\\users",
    "//evil.example/",
    "http://evil.example/",
    "https://evil.example/payments/imp_1",
    "imp_\uff11\uff12",
    "imp_\u0661",
    "imp_한글",
    "\u0131mp_1",
    "imp_1\ud800",
    "status",
    "prepare",
]


class Recorder:
    """Answers from no network, and keeps every URL that was asked."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(str(request.url))
        is_token = request.url.path == "/users/getToken"
        return httpx.Response(200, stream=httpx.ByteStream(TOKEN if is_token else PAID))

    def gateway(self) -> PortOneV1Gateway:
        clock = ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
        client = answered_by(self)
        return PortOneV1Gateway(Session(client, api_key="key", api_secret="secret", clock=clock))


@pytest.mark.parametrize("payment_id", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_id_is_refused_before_anything_is_asked(payment_id: str) -> None:
    recorder = Recorder()
    gateway = recorder.gateway()

    with pytest.raises(InvalidValue) as error:
        await gateway.find_payment(payment_id)

    assert not gateway.is_payment_id(payment_id)
    assert error.value.field == "payment_id"
    assert recorder.urls == []


@pytest.mark.parametrize(
    "payment_id", ["imp_1", "imps_1", "imp_000000000001", "imp1", "imp-A_9", "imp_" + "9" * 28]
)
def test_an_id_of_the_vendors_form_is_taken(payment_id: str) -> None:
    assert Recorder().gateway().is_payment_id(payment_id)


@given(st.text() | st.from_regex(r"imp[\w./%?#@:-]{0,40}"))
@example("imp_1\n")
async def test_any_text_is_refused_or_is_one_segment_of_the_right_path(text: str) -> None:
    recorder = Recorder()

    with suppress(InvalidValue, GatewayProtocolError):
        await recorder.gateway().find_payment(text)

    allowed = {"https://api.iamport.kr/users/getToken", f"https://api.iamport.kr/payments/{text}"}
    assert set(recorder.urls) <= allowed
    assert not recorder.urls or text.isascii()


@pytest.mark.parametrize("payment_id", HOSTILE, ids=range(len(HOSTILE)))
async def test_without_the_allow_list_a_hostile_id_still_reaches_nothing(
    monkeypatch: pytest.MonkeyPatch, make_gateway: MakeGateway, payment_id: str
) -> None:
    monkeypatch.setattr(wire, "is_payment_id", lambda _: True)

    async with scripted([http(200, TOKEN), http(200, PAID)]) as script:
        with pytest.raises((GatewayProtocolError, UnicodeEncodeError)):
            await make_gateway(script.base_url).find_payment(payment_id)

    assert set(script.targets) <= {"/users/getToken", f"/payments/{payment_id}"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("is_token", [True, False])
async def test_a_redirect_is_not_followed(
    make_gateway: MakeGateway, status: int, is_token: bool
) -> None:
    async with scripted([]) as elsewhere:
        redirect = http(status, Location=elsewhere.base_url + "/users/getToken")
        async with scripted([redirect] if is_token else [http(200, TOKEN), redirect]) as script:
            with pytest.raises(GatewayProtocolError):
                await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert elsewhere.requests == []


async def test_proxies_and_credentials_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    make_gateway: MakeGateway,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password hidden")
    monkeypatch.setenv("NETRC", str(netrc))
    async with scripted([]) as proxy, scripted([http(200, TOKEN), http(200, PAID)]) as script:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url)
            monkeypatch.setenv(name.upper(), proxy.base_url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)

        payment = await make_gateway(script.base_url).find_payment(PAYMENT_ID)

    assert payment is not None
    assert proxy.requests == []
    assert b"Basic" not in b"".join(script.requests)
