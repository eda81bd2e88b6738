"""What comes back to a question, and who has answered."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.memory.clock import ManualClock
from adapters.portone_v2.amounts import PortOneV2AmountRegistration
from adapters.portone_v2.gateway import PortOneV2Gateway
from adapters.portone_v2.listing import PortOneV2Listing
from adapters.portone_v2.search import PortOneV2Search
from domain.payment import Payment
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.support.factories import won
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.portone_v2.conftest import PATIENT_S, MakeSession
from tests.unit.adapters.portone_v2.samples import READING, STORE, payment

NOT_FOUND = b'{"type": "PAYMENT_NOT_FOUND", "message": "x"}'
SINCE = datetime(2023, 11, 14, 22, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=1)


def a_page(*rows: bytes, total: int | None = None) -> bytes:
    items = [json.loads(row) for row in rows]
    count = len(rows) if total is None else total
    return json.dumps(
        {"items": items, "page": {"number": 0, "size": 100, "totalCount": count}}
    ).encode()


def a_listing(make_session: MakeSession, base_url: str) -> PortOneV2Listing:
    clock = ManualClock(UNTIL + timedelta(days=1))
    return PortOneV2Listing(make_session(base_url), READING, clock, page_timeout_s=PATIENT_S)


async def find(make_session: MakeSession, answer: bytes) -> Payment | None:
    async with scripted([answer]) as script:
        gateway = PortOneV2Gateway(make_session(script.base_url), READING, timeout_s=0.5)
        return await gateway.find_payment("order-0001")


async def test_only_the_vendors_own_word_says_that_there_is_none(
    make_session: MakeSession,
) -> None:
    assert await find(make_session, http(404, NOT_FOUND)) is None
    assert await find(make_session, http(200, payment(version="V1"))) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(404, b"<html>not here</html>"), GatewayUnavailable),
        (http(404, b'{"type": "STORE_NOT_FOUND"}'), GatewayProtocolError),
        (http(400, b'{"type": "INVALID_REQUEST"}'), GatewayProtocolError),
        (http(401, b""), GatewayRefused),
        (http(403, b'{"type": "FORBIDDEN"}'), GatewayRefused),
        (http(403, b"<html>go away</html>"), GatewayUnavailable),
        (http(200, b"<html>welcome</html>"), GatewayProtocolError),
        (http(200, b""), GatewayProtocolError),
        (http(200, payment(id="order-0002")), GatewayProtocolError),
        (http(301, b"", Location="https://evil.example/"), GatewayProtocolError),
    ],
)
async def test_whose_fault_it_is_is_told(
    make_session: MakeSession, answer: bytes, error: type[PortError]
) -> None:
    with pytest.raises(error):
        await find(make_session, answer)


async def test_an_id_is_one_segment_of_the_path(make_session: MakeSession) -> None:
    async with scripted([http(404, NOT_FOUND)]) as script:
        gateway = PortOneV2Gateway(make_session(script.base_url), READING, timeout_s=PATIENT_S)
        await gateway.find_payment("a:b=c.d")

    assert script.targets == [f"/payments/a%3Ab%3Dc.d?storeId={STORE}"]


async def test_a_page_is_asked_for_by_when_a_status_came_to_be(
    make_session: MakeSession,
) -> None:
    async with scripted([http(200, a_page(payment()))]) as script:
        listing = a_listing(make_session, script.base_url)
        [page] = [page async for page in listing.pages(SINCE, UNTIL)]

    assert len(page.payments) == 1
    asked = json.loads(parse_qs(urlsplit(script.targets[0]).query)["requestBody"][0])
    assert asked == {
        "page": {"number": 0, "size": 100},
        "filter": {
            "storeId": STORE,
            "timestampType": "STATUS_CHANGED_AT",
            "from": "2023-11-14T22:00:00Z",
            "until": "2023-11-14T23:00:00Z",
            "version": "V2",
            "sortBy": "REQUESTED_AT",
            "sortOrder": "ASC",
        },
    }


@pytest.mark.parametrize(
    ("changed_at", "is_shown"),
    [
        ("2023-11-14T21:59:59.999Z", False),
        ("2023-11-14T22:00:00.000Z", True),
        ("2023-11-14T22:59:59.999Z", True),
        ("2023-11-14T23:00:00.000Z", False),
        ("whenever", True),
        (None, True),
    ],
)
async def test_the_end_of_a_window_is_the_beginning_of_the_next(
    make_session: MakeSession, changed_at: str | None, is_shown: bool
) -> None:
    row = payment(statusChangedAt=changed_at)
    async with scripted([http(200, a_page(row))]) as script:
        listing = a_listing(make_session, script.base_url)
        pages = [page async for page in listing.pages(SINCE, UNTIL)]

    assert sum(map(len, pages)) == is_shown


async def test_rows_that_are_not_ours_and_rows_that_make_no_sense(
    make_session: MakeSession,
) -> None:
    rows = [payment(), payment(id="v1", version="V1"), payment(id="odd", currency=None), b"7"]
    async with scripted([http(200, a_page(*rows))]) as script:
        listing = a_listing(make_session, script.base_url)
        [page] = [page async for page in listing.pages(SINCE, UNTIL)]

    assert [each.key.payment_id for each in page.payments] == ["order-0001"]
    assert list(page.unreadable) == ["odd", ""]


@pytest.mark.parametrize(
    ("behind", "is_told"),
    [(a_page(total=100), True), (a_page(payment(id="p"), total=1), False)],
)
async def test_a_total_of_the_page_alone_is_no_list_to_rely_on(
    make_session: MakeSession, behind: bytes, is_told: bool
) -> None:
    full = a_page(*[payment(id=f"order-{number}") for number in range(100)])
    async with scripted([http(200, full), http(200, behind)]) as script:
        listing = a_listing(make_session, script.base_url)
        if is_told:
            assert [len(page) async for page in listing.pages(SINCE, UNTIL)] == [100]
        else:
            with pytest.raises(GatewayProtocolError, match="total-count"):
                await anext(listing.pages(SINCE, UNTIL))


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"items": []}',
        b'{"items": {}, "page": {"totalCount": 0}}',
        b'{"items": [], "page": {"totalCount": -1}}',
        b'{"items": [], "page": {"totalCount": "0"}}',
        b"<html>",
    ],
)
async def test_a_page_that_is_none_is_not_guessed_at(
    make_session: MakeSession, body: bytes
) -> None:
    async with scripted([http(200, body)]) as script:
        with pytest.raises(GatewayProtocolError):
            await anext(a_listing(make_session, script.base_url).pages(SINCE, UNTIL))


async def test_one_look_that_fails_ends_all(make_session: MakeSession) -> None:
    answers = [http(200, payment()), http(403, b'{"type": "FORBIDDEN"}'), *[http(401)] * 8]
    async with scripted(answers) as script:
        search = PortOneV2Search(make_session(script.base_url), READING, timeout_s=PATIENT_S)
        with pytest.raises(GatewayRefused):
            await search.find_payments(["order-0001", *(f"order-{n}" for n in range(9))])


async def test_an_order_that_is_paid_needs_no_amount_any_more(
    make_session: MakeSession,
) -> None:
    async with scripted([http(409, b'{"type": "ALREADY_PAID"}')]) as script:
        amounts = PortOneV2AmountRegistration(make_session(script.base_url), timeout_s=PATIENT_S)
        await amounts.register_amount("a.b:c", won(1000))

    assert script.targets == ["/payments/a.b%3Ac/pre-register"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(200, b"[]"), GatewayProtocolError),
        (http(400, b'{"type": "INVALID_REQUEST"}'), GatewayProtocolError),
        (http(409, b'{"type": "SOMETHING_ELSE"}'), GatewayProtocolError),
        (http(409, b"<html>"), GatewayUnavailable),
        (http(403, b'{"type": "FORBIDDEN"}'), GatewayRefused),
    ],
)
async def test_an_amount_that_is_not_taken_is_an_error(
    make_session: MakeSession, answer: bytes, error: type[PortError]
) -> None:
    async with scripted([answer]) as script:
        amounts = PortOneV2AmountRegistration(make_session(script.base_url), timeout_s=PATIENT_S)
        with pytest.raises(error):
            await amounts.register_amount("order-1", won(1000))
