"""Everything that can go wrong on the line, over a real socket."""

import asyncio
import time
import traceback
import tracemalloc
from typing import Any

import pytest

from adapters.portone_v1.gateway import PortOneV1Gateway
from domain.payment import PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from sandbox.portone_v1 import RunningSandbox, SandboxControl
from tests.unit.adapters.portone_v1.conftest import HASTY_S, MakeGateway

QUESTION = "GET /payments/{imp_uid}"
TOKEN = "POST /users/getToken"


@pytest.fixture
async def payment_id(control: SandboxControl) -> str:
    payment = await control.create_payment("order-0001", 1000, status="paid")
    return str(payment["imp_uid"])


async def calls(control: SandboxControl, endpoint: str) -> int:
    by_endpoint: dict[str, int] = (await control.calls())["by_endpoint"]
    return by_endpoint.get(endpoint, 0)


# What happens at every question, and what it is called.
LASTING: list[tuple[dict[str, Any], type[PortError], str]] = [
    ({"kind": "drop"}, GatewayUnavailable, "connection"),
    ({"kind": "lost_answer"}, GatewayUnavailable, "connection"),
    ({"kind": "status", "status": 500}, GatewayUnavailable, "http-500"),
    ({"kind": "status", "status": 502}, GatewayUnavailable, "http-502"),
    ({"kind": "status", "status": 503}, GatewayUnavailable, "http-503"),
    ({"kind": "status", "status": 429}, GatewayUnavailable, "http-429"),
    ({"kind": "status", "status": 404}, GatewayUnavailable, "http-404"),
    ({"kind": "status", "status": 403}, GatewayUnavailable, "http-403"),
    ({"kind": "status", "status": 400}, GatewayUnavailable, "http-400"),
    ({"kind": "envelope"}, GatewayProtocolError, "code"),
    ({"kind": "broken_json"}, GatewayProtocolError, "envelope"),
    ({"kind": "not_json_object"}, GatewayProtocolError, "envelope"),
    ({"kind": "redirect"}, GatewayProtocolError, "redirect"),
    ({"kind": "huge"}, GatewayProtocolError, "too-large"),
    ({"kind": "huge", "gzip": True}, GatewayProtocolError, "too-large"),
]
# Without an end to the question as a whole these would take 30 s and more.
ENDLESS: list[dict[str, Any]] = [
    {"kind": "hang"},
    {"kind": "delay", "seconds": 30},
    {"kind": "drip", "seconds": 0.05},
]
ENDPOINTS = ["/payments/", "/users/getToken"]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    ("fault", "kind", "code"), LASTING, ids=[str(fault) for fault, _, _ in LASTING]
)
async def test_a_lasting_fault_is_one_error(
    gateway: PortOneV1Gateway,
    control: SandboxControl,
    payment_id: str,
    path: str,
    fault: dict[str, Any],
    kind: type[PortError],
    code: str,
) -> None:
    await control.fault(**fault, path=path, times=None)

    with pytest.raises(kind) as error:
        await gateway.find_payment(payment_id)

    assert error.value.code == code
    assert (await control.faults())["fired"]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("fault", ENDLESS, ids=str)
async def test_an_answer_without_end_is_given_up_in_time(
    hasty: PortOneV1Gateway,
    control: SandboxControl,
    payment_id: str,
    path: str,
    fault: dict[str, Any],
) -> None:
    await control.fault(**fault, path=path, times=None)
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable) as error:
        await hasty.find_payment(payment_id)

    assert error.value.code == "timeout"
    assert HASTY_S * 0.9 <= time.monotonic() - started_s < HASTY_S + 3


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop"},
        {"kind": "lost_answer"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 503, "retry_after_s": 1},
        {"kind": "delay", "seconds": 0.2},
        {"kind": "drip", "seconds": 0.0001},
    ],
    ids=str,
)
async def test_a_passing_fault_is_not_noticed(
    gateway: PortOneV1Gateway,
    control: SandboxControl,
    payment_id: str,
    path: str,
    fault: dict[str, Any],
) -> None:
    await control.fault(**fault, path=path)

    payment = await gateway.find_payment(payment_id)

    assert payment is not None
    assert payment.status is PaymentStatus.PAID
    assert (await control.faults())["fired"] == {fault["kind"]: 1}


async def test_the_tries_are_few(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("status", path="/payments/", times=None)

    with pytest.raises(GatewayUnavailable):
        await gateway.find_payment(payment_id)

    assert await calls(control, QUESTION) == 4


async def test_a_wait_that_does_not_fit_is_not_begun(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("status", path="/payments/", status=429, retry_after_s=60)

    with pytest.raises(GatewayUnavailable) as error:
        await gateway.find_payment(payment_id)

    assert error.value.code == "http-429"
    assert await calls(control, QUESTION) == 1


async def test_a_wait_that_is_asked_for_and_fits_is_kept(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("status", path="/payments/", status=429, retry_after_s=1)
    started_s = time.monotonic()

    await gateway.find_payment(payment_id)

    assert time.monotonic() - started_s >= 1


async def test_the_time_is_for_the_question_as_a_whole(
    hasty: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    # Most of it is gone before the question begins, and some again at the first try.
    await control.fault("delay", path="/users/getToken", seconds=0.8 * HASTY_S)
    await control.fault("status", path="/payments/")
    await control.fault("hang", path="/payments/", times=None)
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable):
        await hasty.find_payment(payment_id)

    assert time.monotonic() - started_s < 1.8 * HASTY_S


async def test_a_huge_answer_does_not_fill_the_memory(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await gateway.find_payment(payment_id)
    await control.fault("huge", path="/payments/", n_bytes=200_000_000)
    tracemalloc.start()

    with pytest.raises(GatewayProtocolError):
        await gateway.find_payment(payment_id)

    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 20_000_000


async def test_a_wrong_amount_is_answered_as_it_is(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("wrong_amount", path="/payments/", amount=1)

    payment = await gateway.find_payment(payment_id)

    assert payment is not None
    assert payment.total.number == "1"


async def test_after_a_fault_the_next_question_is_answered(
    hasty: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    for kind in ("hang", "huge", "redirect", "broken_json"):
        await control.fault(kind, path="/payments/")
        with pytest.raises(PortError):
            await hasty.find_payment(payment_id)

    assert await hasty.find_payment(payment_id) is not None


async def test_nobody_listening_is_unavailable(make_gateway: MakeGateway) -> None:
    async with asyncio.timeout(5):
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()

    with pytest.raises(GatewayUnavailable) as error:
        await make_gateway(f"http://127.0.0.1:{port}").find_payment("imp_1")

    assert error.value.code == "connection"


async def test_a_token_that_ran_out_is_renewed_once(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await gateway.find_payment(payment_id)
    await control.advance_clock(1801)

    payment = await gateway.find_payment(payment_id)

    assert payment is not None
    assert await calls(control, TOKEN) == 2
    assert await calls(control, QUESTION) == 3


async def test_a_second_401_is_a_refusal(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("expired_token", path="/payments/", times=2)

    with pytest.raises(GatewayRefused):
        await gateway.find_payment(payment_id)

    assert await calls(control, QUESTION) == 2
    assert await gateway.find_payment(payment_id) is not None


@pytest.mark.parametrize("wrong", [{"api_key": "x"}, {"api_secret": "x"}, {"api_secret": ""}])
async def test_wrong_credentials_are_refused(
    sandbox: RunningSandbox, make_gateway: MakeGateway, payment_id: str, wrong: dict[str, str]
) -> None:
    right = {"api_key": sandbox.api_key, "api_secret": sandbox.api_secret}
    gateway = make_gateway(sandbox.base_url, **(right | wrong))

    with pytest.raises(GatewayRefused):
        await gateway.find_payment(payment_id)


async def test_fifty_questions_at_once_ask_for_one_token(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    payments = await asyncio.gather(*(gateway.find_payment(payment_id) for _ in range(50)))

    assert all(payment is not None for payment in payments)
    assert await calls(control, TOKEN) == 1
    assert await calls(control, QUESTION) == 50


async def test_fifty_questions_with_a_token_that_ran_out_ask_for_one_more(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await gateway.find_payment(payment_id)
    await control.advance_clock(1801)

    await asyncio.gather(*(gateway.find_payment(payment_id) for _ in range(50)))

    assert await calls(control, TOKEN) == 2


async def test_who_gives_up_leaves_the_others_their_token(
    gateway: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await control.fault("delay", path="/users/getToken", seconds=0.3)
    first = asyncio.create_task(gateway.find_payment(payment_id))
    await asyncio.sleep(0.1)
    others = [asyncio.create_task(gateway.find_payment(payment_id)) for _ in range(5)]
    await asyncio.sleep(0.1)

    first.cancel()

    assert all(payment is not None for payment in await asyncio.gather(*others))
    assert first.cancelled()
    assert await calls(control, TOKEN) == 1


@pytest.mark.parametrize(("allowed", "is_found"), [(True, True), (False, False)])
async def test_test_payments_are_found_only_where_they_are_allowed(
    sandbox: RunningSandbox,
    make_gateway: MakeGateway,
    control: SandboxControl,
    allowed: bool,
    is_found: bool,
) -> None:
    payment = await control.create_payment("order-0001", 1000, status="paid", sandbox=True)
    gateway = make_gateway(
        sandbox.base_url,
        api_key=sandbox.api_key,
        api_secret=sandbox.api_secret,
        allow_test_payments=allowed,
    )

    found = await gateway.find_payment(payment["imp_uid"])

    assert (found is not None) is is_found


async def test_nothing_tells_a_secret(
    hasty: PortOneV1Gateway, control: SandboxControl, payment_id: str
) -> None:
    await hasty.find_payment(payment_id)
    told = [repr(hasty), repr(vars(hasty._session._tokens))]

    for kind in ("drop", "redirect", "expired_token", "broken_json", "hang"):
        await control.fault(kind, path="/payments/", times=None)
        with pytest.raises(PortError) as error:
            await hasty.find_payment(payment_id)
        told.append("".join(traceback.format_exception(error.value)))
        await control.clear_faults()

    token = await hasty._session._tokens.get()
    # The libraries' own errors carry the request, so none is chained to ours.
    assert not [text for text in told if "site-packages" in text]
    for secret in ("sandbox-secret", "sandbox-key", token, "getToken", "Bearer", "imp_0"):
        assert not [text for text in told if secret in text]
