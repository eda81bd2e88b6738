"""What each answer to a question about many payments means."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1 import search
from adapters.portone_v1.connection import connect
from adapters.portone_v1.page_wire import read_page, read_several
from domain.payment import Mode
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.gateway_connection import GatewayConnection
from ports.payment_listing import FoundPayments
from tests.support.scripted_server import Script, http, scripted
from tests.unit.adapters.portone_v1.conftest import PATIENT_S
from tests.unit.adapters.portone_v1.samples import TOKEN, answer, payment_fields, sample

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAID = payment_fields("paid_card")
REFUSAL = json.dumps({"code": -1, "message": "no", "response": None}).encode()
HTML = b"<html>sorry</html>"


def rows(*payments: object, total: object = None) -> bytes:
    count = len(payments) if total is None else total
    return answer({"list": list(payments), "total": count, "previous": 0, "next": 0})


def a_row(number: int = 1, **changes: object) -> dict[str, object]:
    return PAID | {"imp_uid": f"imp_{number}"} | changes


def full(total: int) -> bytes:
    """Write the first page of a longer list, whose rows nobody can read."""
    return http(200, rows(*[{}] * 1000, total=total))


def ids(found: FoundPayments) -> list[str]:
    return [payment.key.payment_id for payment in found.payments]


def connection(client: HttpClient, script: Script) -> GatewayConnection:
    return connect(
        client,
        api_key="key",
        api_secret="secret",
        clock=ManualClock(NOW),
        base_url=script.base_url,
        timeout_s=PATIENT_S,
        long_timeout_s=PATIENT_S,
    )


async def listed(client: HttpClient, *answers: bytes) -> tuple[list[str], list[str]]:
    """List a minute through a scripted server; the ids, and which pages were asked for."""
    async with scripted([http(200, TOKEN), *answers]) as script:
        listing = connection(client, script).listing
        assert listing is not None
        pages = [page async for page in listing.pages(NOW - timedelta(minutes=1), NOW)]
    asked = [target.partition("&limit=")[2] for target in script.targets[1:]]
    return [payment_id for page in pages for payment_id in ids(page)], asked


async def found(client: HttpClient, payment_ids: Sequence[str], *answers: bytes) -> list[str]:
    async with scripted([http(200, TOKEN), *answers]) as script:
        port = connection(client, script).search
        assert port is not None
        return ids(await port.find_payments(payment_ids))


async def of_order(client: HttpClient, *answers: bytes) -> list[str]:
    async with scripted([http(200, TOKEN), *answers]) as script:
        port = connection(client, script).search
        assert port is not None
        return ids(await port.find_payments_of_order(str(PAID["merchant_uid"])))


def test_the_documented_page_is_read() -> None:
    page = read_page(sample("portone_v1/paged.json"))

    assert len(page.found.payments) == 1
    assert page.found.unreadable == []


def test_the_documented_answer_with_some_missing_is_read() -> None:
    assert len(read_several(sample("portone_v1/list_207.json"), [PAID["imp_uid"]])) == 1


def test_each_payment_has_its_own_evidence_and_mode() -> None:
    page = read_page(rows(a_row(1), a_row(2, sandbox=True), a_row(1)))

    first, second, again = page.found.payments
    assert first.evidence == again.evidence != second.evidence
    assert [payment.mode for payment in page.found.payments] == [Mode.LIVE, Mode.TEST, Mode.LIVE]


@pytest.mark.parametrize(
    ("spoilt", "name"),
    [
        (a_row(2, currency=None), "imp_2"),
        (a_row(2, amount={}), "imp_2"),
        (a_row(2, status=7), "imp_2"),
        (a_row(2, merchant_uid=""), "imp_2"),
        (a_row(2, imp_uid="xmp_2"), ""),
        (a_row(2, imp_uid="imp_2/x"), ""),
        (a_row(2, imp_uid=None), ""),
        ({}, ""),
        ([], ""),
        (None, ""),
        ("imp_2", ""),
        (7, ""),
    ],
    ids=range(12),
)
def test_one_bad_payment_is_named_and_spoils_nothing(spoilt: object, name: str) -> None:
    page = read_page(rows(a_row(1), spoilt, a_row(3)))

    assert ids(page.found) == ["imp_1", "imp_3"]
    assert page.found.unreadable == [name]
    assert page.total == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        HTML,
        b"\xff",
        REFUSAL,
        answer(None),
        answer([]),
        answer({"list": []}),
        answer({"total": 0}),
        answer({"list": None, "total": 0}),
        answer({"list": {}, "total": 0}),
        rows(total="1"),
        rows(total=1.5),
        rows(total=-1),
        rows(total=10**9),
        answer({"list": [], "total": 0}, code="0"),
        answer({"list": [], "total": 0}, code=None),
        rows()[:-1],
        b'{"code":0,"response":{"total":1,"list":[' + b"[" * 100_000,
    ],
    ids=range(19),
)
async def test_a_page_that_makes_no_sense_is_an_error(client: HttpClient, body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        read_page(body)
    with pytest.raises(GatewayProtocolError):
        await listed(client, http(200, body))


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (http(400, REFUSAL), GatewayProtocolError),
        (http(404, REFUSAL), GatewayProtocolError),
        (http(400, HTML), GatewayUnavailable),
        (http(403, REFUSAL), GatewayRefused),
        (http(207, rows()), GatewayProtocolError),
    ],
    ids=range(5),
)
async def test_a_first_page_that_is_refused_is_no_empty_list(
    client: HttpClient, broken: bytes, kind: type[PortError]
) -> None:
    with pytest.raises(kind):
        await listed(client, broken)


async def test_a_later_page_past_the_end_is_empty(client: HttpClient) -> None:
    shown, asked = await listed(client, full(1001), http(400, REFUSAL), http(200, rows(a_row(1))))

    assert shown == ["imp_1"]
    assert asked == ["1000&page=1", "1000&page=2", "1000&page=1"]


async def test_a_page_past_the_end_is_only_the_vendors_word(client: HttpClient) -> None:
    with pytest.raises(GatewayUnavailable):
        await listed(client, full(1001), http(400, HTML))


async def test_a_page_with_too_many_bytes_is_asked_for_in_parts(client: HttpClient) -> None:
    huge = http(200, rows(a_row(1, custom_data="x" * 9_000_000)))
    hundred = http(200, rows(*[{}] * 100, total=101))
    parts = [http(400, REFUSAL)] * 9 + [http(200, rows(a_row(2)))]

    shown, asked = await listed(client, huge, hundred, huge, *parts)

    assert shown == ["imp_2"]
    assert asked[:4] == ["1000&page=1", "100&page=1", "1000&page=1", "100&page=10"]
    assert asked[-1] == "100&page=1"


async def test_a_page_may_be_larger_than_one_payment_ever_is(client: HttpClient) -> None:
    shown, _ = await listed(client, http(200, rows(a_row(1, custom_data="x" * 7_000_000))))

    assert shown == ["imp_1"]


@pytest.mark.parametrize("status", [200, 207])
async def test_those_that_are_found_are_given(client: HttpClient, status: int) -> None:
    body = answer([a_row(1), a_row(2)])

    assert await found(client, ["imp_1", "imp_2", "imp_3"], http(status, body)) == [
        "imp_1",
        "imp_2",
    ]


async def test_what_was_not_asked_for_is_nonsense(client: HttpClient) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        await found(client, ["imp_1"], http(200, answer([a_row(1), a_row(2)])))

    assert error.value.code == "another-payment"


@pytest.mark.parametrize("body", [answer({}), answer(None), rows(), REFUSAL, HTML])
async def test_an_answer_without_payments_is_nonsense(client: HttpClient, body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        await found(client, ["imp_1"], http(200, body))


async def test_none_is_only_the_vendors_word(client: HttpClient) -> None:
    assert await found(client, ["imp_1"], http(404, REFUSAL)) == []
    assert await of_order(client, http(404, REFUSAL)) == []
    with pytest.raises(GatewayUnavailable):
        await found(client, ["imp_1"], http(404, HTML))
    with pytest.raises(GatewayUnavailable):
        await of_order(client, http(404, HTML))


async def test_a_payment_of_another_order_is_nonsense(client: HttpClient) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        await of_order(client, http(200, rows(a_row(1), a_row(2, merchant_uid="another"))))

    assert error.value.code == "another-order"


async def test_no_order_fills_the_memory(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MOST_ATTEMPTS", 2)

    assert await of_order(client, http(200, rows(a_row(1), a_row(2)))) == ["imp_1", "imp_2"]
    with pytest.raises(GatewayProtocolError) as error:
        await of_order(client, http(200, rows(a_row(1), a_row(2), a_row(3))))

    assert error.value.code == "too-many-attempts"
