import gzip
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor

BAD_GATEWAY = Path(__file__).parents[2] / "fixtures" / "portone_v1" / "gateway_502.html"
ONE = "/payments/imp_1"


@pytest.fixture(autouse=True)
async def payment(control: SandboxControl) -> dict[str, Any]:
    return await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")


async def assert_well(vendor: Vendor) -> None:
    assert (await vendor.get(ONE)).payment["amount"] == 1000


async def test_a_delayed_answer_is_right(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("delay", seconds=0.1)
    started = time.monotonic()

    await assert_well(vendor)

    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize("options", [{"kind": "drop"}, {"kind": "hang", "seconds": 0.02}])
async def test_a_dropped_connection(
    vendor: Vendor, control: SandboxControl, options: dict[str, Any]
) -> None:
    await control.fault(**options)

    with pytest.raises(aiohttp.ClientError):
        await vendor.cancel(imp_uid="imp_1")

    assert (await vendor.get(ONE)).payment["cancel_amount"] == 0
    assert (await control.calls())["recent"][-2]["status"] is None


async def test_a_hanging_call_ends_with_its_caller(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("hang")

    with pytest.raises(TimeoutError):
        await vendor.call("GET", ONE, timeout=aiohttp.ClientTimeout(total=0.05))

    await assert_well(vendor)


@pytest.mark.parametrize(
    ("method", "status", "after"),
    [
        ("card", "ready", "paid"),
        ("card", "failed", "paid"),
        ("vbank", "ready", "paid"),
        ("card", "paid", "cancelled"),
        ("vbank", "failed", "failed"),
    ],
)
async def test_news_come_after_an_answer(
    vendor: Vendor, control: SandboxControl, method: str, status: str, after: str
) -> None:
    await control.reset()
    await vendor.authorise()
    await control.create_payment("order-1", 1000, status=status, pay_method=method, imp_uid="imp_1")
    await control.fault("news", path="/payments/status", n=9)

    [row] = (await vendor.get("/payments/status/all")).body["response"]["list"]

    assert row["status"] == status
    changed = (await vendor.get(ONE)).payment
    assert changed["status"] == after
    assert changed["cancel_amount"] == (1 if after == "cancelled" else 0)


async def test_news_are_picked_by_a_chance_that_repeats(
    vendor: Vendor, control: SandboxControl
) -> None:
    picked = []
    for _ in range(2):
        await control.reset()
        await vendor.authorise()
        await control.create_payments([{"merchant_uid": "o", "amount": 1}] * 100)
        await control.fault("news", n=3, seed=7)
        await vendor.get("/payments/status/all")
        answer = await vendor.get("/payments/status/paid")
        picked.append(sorted(row["imp_uid"] for row in answer.body["response"]["list"]))

    assert picked[0] == picked[1]
    assert len(picked[0]) == 3


async def test_a_lost_answer_was_done(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("lost_answer", path="/payments/cancel", method="POST")

    with pytest.raises(aiohttp.ClientError):
        await vendor.cancel(imp_uid="imp_1", amount=300)

    assert (await vendor.get(ONE)).payment["cancel_amount"] == 300


async def test_a_gateway_in_between_answers_html(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("status", status=502)
    await control.fault("status", status=429, retry_after_s=7)
    await control.fault("status", status=599)

    bad, busy, odd = [await vendor.get(ONE) for _ in range(3)]

    assert (bad.status, bad.body) == (502, BAD_GATEWAY.read_bytes().strip())
    assert bad.headers["Content-Type"].startswith("text/html")
    assert (busy.status, busy.headers["Retry-After"]) == (429, "7")
    assert "Retry-After" not in bad.headers
    assert odd.status == 599


async def test_a_code_that_is_not_0(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("envelope", code=3, message="점검중")

    answer = await vendor.cancel(imp_uid="imp_1")

    assert answer.status == 200
    assert answer.body == {"code": 3, "message": "점검중", "response": None}
    assert (await vendor.get(ONE)).payment["cancel_amount"] == 0


async def test_one_expired_token_spares_the_token_call(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.fault("expired_token")

    await vendor.token()
    refused = await vendor.get(ONE)

    assert refused.status == 401
    await assert_well(vendor)


async def test_broken_json(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("broken_json")

    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        await vendor.get(ONE)


async def said(vendor: Vendor, path: str) -> dict[str, Any]:
    """What an answer says, be it half a character."""
    address = f"{vendor.base_url}{path}"
    async with vendor.session.get(address, headers=vendor.headers) as response:
        return dict(json.loads(await response.read()))


async def test_half_a_character(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("half_character", times=2)

    one, page = [await said(vendor, path) for path in (ONE, "/payments/status/paid")]

    assert one["halved"] == page["response"]["list"][0]["halved"] == "\ud83d"
    assert one["code"] == 0


async def test_not_an_object(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("not_json_object")

    assert (await vendor.get(ONE)).body == []


@pytest.mark.parametrize(("options", "amount"), [({}, 1001), ({"amount": "9.5"}, "9.5")])
async def test_wrong_amounts_everywhere(
    vendor: Vendor, control: SandboxControl, options: dict[str, Any], amount: Any
) -> None:
    await control.fault("wrong_amount", times=2, **options)

    one = await vendor.get(ONE)
    page = await vendor.get("/payments/status/paid")

    assert str(one.payment["amount"]) == str(amount)
    assert str(page.body["response"]["list"][0]["amount"]) == str(amount)
    assert one.payment["cancel_amount"] == 0


async def test_a_dripping_answer_is_whole_in_the_end(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.fault("drip", seconds=0.0001)

    await assert_well(vendor)


async def test_a_huge_answer(vendor: Vendor, control: SandboxControl) -> None:
    await control.fault("huge", n_bytes=300_000)

    async with vendor.session.get(vendor.base_url + ONE, headers=vendor.headers) as response:
        raw = await response.read()

    assert len(raw) == 300_000
    assert raw.startswith(b'{"code":0,')
    assert raw.endswith(b"}")


@pytest.mark.parametrize(("accepted", "is_packed"), [("gzip", True), ("identity", False)])
async def test_a_bomb_only_for_who_takes_it(
    vendor: Vendor, control: SandboxControl, accepted: str, is_packed: bool
) -> None:
    await control.fault("huge", n_bytes=5_000_000, gzip=True)
    headers = vendor.headers | {"Accept-Encoding": accepted}

    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.get(vendor.base_url + ONE, headers=headers) as response,
    ):
        raw = await response.read()

    assert ("Content-Encoding" in response.headers) is is_packed
    assert len(raw) < 50_000 if is_packed else len(raw) == 5_000_000
    assert len(gzip.decompress(raw) if is_packed else raw) == 5_000_000


@pytest.mark.parametrize(
    ("options", "location"),
    [({}, "/redirected"), ({"location": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/x")],
)
async def test_a_redirect(
    vendor: Vendor, control: SandboxControl, options: dict[str, str], location: str
) -> None:
    await control.fault("redirect", **options)

    answer = await vendor.call("GET", ONE, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (302, location)


async def test_faults_fire_where_and_as_often_as_told(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.fault("status", path="/payments/find", times=None)
    await control.fault("status", path="/payments", method="POST", times=2, status=500)

    seen = [
        (await vendor.get("/payments/find/order-1")).status,
        (await vendor.get("/payments/find/order-1")).status,
        (await vendor.get(ONE)).status,
        (await vendor.cancel(imp_uid="imp_x")).status,
        (await vendor.cancel(imp_uid="imp_x")).status,
        (await vendor.cancel(imp_uid="imp_x")).status,
    ]

    assert seen == [503, 503, 200, 500, 500, 200]
    shown = await control.faults()
    assert [(fault["fired"], fault["times"]) for fault in shown["faults"]] == [(2, None), (2, 0)]
    assert shown["fired"] == {"status": 4}
    cleared = await control.clear_faults()
    assert cleared == {"faults": [], "fired": {"status": 4}}
    assert (await vendor.get("/payments/find/order-1")).status == 200


async def test_chance_can_be_repeated(vendor: Vendor, control: SandboxControl) -> None:
    runs = []
    for _ in range(2):
        await control.fault("status", times=None, chance="0.5", seed=7)
        runs.append([(await vendor.get(ONE)).status for _ in range(40)])
        await control.clear_faults()

    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}
