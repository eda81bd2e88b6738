"""Lists, look-ups and refunds go to the paths they are meant for, and to no other."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1 import search
from adapters.portone_v1.connection import connect
from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from ports.errors import GatewayProtocolError
from ports.gateway_connection import GatewayConnection
from ports.refund_desk import RefundOrder
from tests.support.factories import won
from tests.support.no_network import answered_by
from tests.support.scripted_server import http, scripted
from tests.support.strategies import order_ids
from tests.unit.adapters.portone_v1.samples import TOKEN, answer
from tests.unit.adapters.portone_v1.test_addresses import HOSTILE

ORIGIN = "https://api.iamport.kr"
NOW = datetime(2026, 3, 2, 12, 0, 0, 900_000, tzinfo=UTC)
NO_PAGE = answer({"list": [], "total": 0, "previous": 0, "next": 0})


class Recorder:
    """Answers from no network with an empty page, and keeps every request but those for a token."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/users/getToken":
            return httpx.Response(200, stream=httpx.ByteStream(TOKEN))
        self.requests.append((request.method, str(request.url)))
        return httpx.Response(200, stream=httpx.ByteStream(NO_PAGE))

    def connection(self) -> GatewayConnection:
        client = answered_by(self)
        return connect(client, api_key="key", api_secret="secret", clock=ManualClock(NOW))


async def list_a_minute(connection: GatewayConnection) -> None:
    assert connection.listing is not None
    async for _ in connection.listing.pages(NOW - timedelta(minutes=1), NOW):
        pass


async def find(connection: GatewayConnection, *payment_ids: str) -> None:
    assert connection.search is not None
    await connection.search.find_payments(payment_ids)


async def find_of_order(connection: GatewayConnection, order_id: str) -> None:
    assert connection.search is not None
    await connection.search.find_payments_of_order(order_id)


async def refund(connection: GatewayConnection, payment_id: str) -> None:
    assert connection.refunds is not None
    await connection.refunds.refund(
        RefundOrder(
            refund_id="refund-1",
            payment_id=payment_id,
            amount=won(1),
            remaining=won(1),
            reason="test",
        )
    )


async def register(connection: GatewayConnection, order_id: str) -> None:
    assert connection.amounts is not None
    await connection.amounts.register_amount(order_id, won(1000))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


async def test_a_window_is_asked_for_in_whole_seconds_with_both_ends(recorder: Recorder) -> None:
    await list_a_minute(recorder.connection())

    query = "from=1772452740&to=1772452799&sorting=started&limit=1000&page=1"
    assert recorder.requests == [("GET", f"{ORIGIN}/payments/status/all?{query}")]
    assert datetime.fromtimestamp(1772452799, UTC) == NOW.replace(microsecond=0) - timedelta(
        seconds=1
    )


async def test_a_window_within_one_second_asks_nothing(recorder: Recorder) -> None:
    listing = recorder.connection().listing
    assert listing is not None

    pages = [page async for page in listing.pages(NOW - timedelta(microseconds=9), NOW)]

    assert pages == []
    assert recorder.requests == []


async def test_a_window_before_1970_asks_nothing_impossible(recorder: Recorder) -> None:
    listing = recorder.connection().listing
    assert listing is not None
    start = datetime(1970, 1, 1, tzinfo=UTC)

    for since, until in [(-20, -10), (-20, 10)]:
        async for _ in listing.pages(
            start + timedelta(seconds=since), start + timedelta(seconds=until)
        ):
            pass

    [(_, url)] = recorder.requests
    assert "?from=0&to=9&" in url


async def test_ids_are_asked_for_by_hundreds(recorder: Recorder) -> None:
    ids = [f"imp_{number}" for number in range(101)]

    with suppress(GatewayProtocolError):
        await find(recorder.connection(), *ids)

    expected = "&".join(f"imp_uid%5B%5D={payment_id}" for payment_id in ids[:100])
    assert recorder.requests == [("GET", f"{ORIGIN}/payments?{expected}")]


@given(order_ids())
@example("a.b:c")
@example("..:")
async def test_an_order_id_is_one_segment_of_the_right_path(order_id: str) -> None:
    recorder = Recorder()

    await find_of_order(recorder.connection(), order_id)

    path = f"/payments/findAll/{quote(order_id, safe='')}"
    query = "sorting=started&limit=1000&page=1"
    assert recorder.requests == [("GET", f"{ORIGIN}{path}?{query}")]
    assert path.count("/") == 3
    assert unquote(path.rpartition("/")[2]) == order_id


@given(st.text() | st.from_regex(r"[\w./%?#@:-]{0,40}"))
@example("..")
@example("../../users/getToken")
async def test_any_text_is_refused_or_an_order_id(text: str) -> None:
    recorder = Recorder()

    try:
        await find_of_order(recorder.connection(), text)
    except InvalidValue:
        assert recorder.requests == []
    else:
        check_order_id(text)


@pytest.mark.parametrize("order_id", [*HOSTILE, "a/b", "a%3Ab", "가"], ids=range(len(HOSTILE) + 3))
async def test_without_the_check_a_hostile_order_id_still_reaches_nothing(
    monkeypatch: pytest.MonkeyPatch, order_id: str
) -> None:
    monkeypatch.setattr(search, "check_order_id", lambda _: None)
    recorder = Recorder()

    with suppress(GatewayProtocolError, UnicodeEncodeError):
        await find_of_order(recorder.connection(), order_id)

    path = f"/payments/findAll/{quote(order_id, safe='', errors='replace')}"
    assert {url.partition("?")[0] for _, url in recorder.requests} <= {ORIGIN + path}


@pytest.mark.parametrize(
    "payment_id", [*HOSTILE, "imp_1&merchant_uid[]=x", "imp_1]"], ids=range(len(HOSTILE) + 2)
)
async def test_without_the_check_a_hostile_id_is_at_most_a_value_of_the_query(
    monkeypatch: pytest.MonkeyPatch, payment_id: str
) -> None:
    monkeypatch.setattr(search, "check_payment_id", lambda _: None)
    recorder = Recorder()

    with suppress(GatewayProtocolError, UnicodeEncodeError):
        await find(recorder.connection(), payment_id)

    for _, url in recorder.requests:
        assert url.partition("?")[0] == f"{ORIGIN}/payments"
        assert url.count("=") == 1
        assert "&" not in url


@pytest.mark.parametrize("payment_id", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_id_is_never_refunded(payment_id: str) -> None:
    recorder = Recorder()

    with pytest.raises(InvalidValue):
        await refund(recorder.connection(), payment_id)

    assert recorder.requests == []


ASK: list[Callable[[GatewayConnection], Awaitable[None]]] = [
    list_a_minute,
    lambda connection: find(connection, "imp_1"),
    lambda connection: find_of_order(connection, "order-1"),
    lambda connection: refund(connection, "imp_1"),
    lambda connection: register(connection, "order-1"),
]


@pytest.mark.parametrize("ask", ASK, ids=range(len(ASK)))
async def test_a_redirect_is_not_followed(
    client: HttpClient, ask: Callable[[GatewayConnection], Awaitable[None]]
) -> None:
    async with scripted([]) as elsewhere:
        redirect = http(302, Location=elsewhere.base_url + "/users/getToken")
        async with scripted([http(200, TOKEN), redirect]) as script:
            connection = connect(
                client,
                api_key="key",
                api_secret="secret",
                clock=ManualClock(NOW),
                base_url=script.base_url,
            )
            with pytest.raises(GatewayProtocolError) as error:
                await ask(connection)

    assert error.value.code == "redirect"
    assert elsewhere.requests == []


async def test_a_colon_reaches_the_vendor_as_one(client: HttpClient) -> None:
    async with scripted([http(200, TOKEN), http(200, NO_PAGE)]) as script:
        connection = connect(
            client,
            api_key="key",
            api_secret="secret",
            clock=ManualClock(NOW),
            base_url=script.base_url,
        )
        await find_of_order(connection, "a.b:c")

    path = script.targets[1].partition("?")[0]
    assert unquote(path) == "/payments/findAll/a.b:c"
