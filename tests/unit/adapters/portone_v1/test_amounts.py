"""An amount is registered the first way or the other, whichever the vendor takes."""

import json
from typing import Any

import pytest

from adapters.portone_v1.amounts import PortOneV1AmountRegistration
from domain.money import Currency, Money
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from sandbox.portone_v1 import RunningSandbox, SandboxControl, SandboxError
from tests.support.factories import ORDER_ID, won
from tests.support.scripted_server import http, scripted
from tests.unit.adapters.portone_v1.conftest import MakeSession
from tests.unit.adapters.portone_v1.samples import TOKEN, answer

DOLLARS = Money.of("14.20", Currency("USD"))
ALREADY = http(200, json.dumps({"code": 1, "message": "already", "response": None}).encode())
NONE = http(404, json.dumps({"code": 1, "message": "none", "response": None}).encode())


def prepared(**changes: object) -> bytes:
    fields: dict[str, Any] = {"merchant_uid": ORDER_ID, "amount": 1000, "currency": "KRW"}
    return http(200, answer(fields | changes))


async def registered(
    make_session: MakeSession,
    *answers: bytes,
    amount: Money = won(1000),  # noqa: B008 - a value
) -> list[bytes]:
    async with scripted([http(200, TOKEN), *answers]) as script:
        registration = PortOneV1AmountRegistration(make_session(script.base_url), timeout_s=20)
        await registration.register_amount(ORDER_ID, amount)
    return script.requests[1:]


async def test_the_first_time_it_is_posted_with_its_currency(make_session: MakeSession) -> None:
    [request] = await registered(make_session, prepared())

    assert request.startswith(b"POST /payments/prepare HTTP/1.1\r\n")
    assert request.endswith(b'{"merchant_uid":"order-0001","amount":1000,"currency":"KRW"}')


async def test_decimals_are_sent_as_they_are(make_session: MakeSession) -> None:
    [request] = await registered(make_session, prepared(amount=14.2), amount=DOLLARS)

    assert b'"amount":14.20,"currency":"USD"' in request


@pytest.mark.parametrize("already", [ALREADY, http(400, ALREADY.partition(b"\r\n\r\n")[2])])
async def test_later_it_is_put(make_session: MakeSession, already: bytes) -> None:
    requests = await registered(make_session, already, prepared())

    assert [each.partition(b" ")[0] for each in requests] == [b"POST", b"PUT"]
    assert len({each.partition(b"\r\n\r\n")[2] for each in requests}) == 1


async def test_what_breaks_on_the_way_is_sent_again(make_session: MakeSession) -> None:
    requests = await registered(make_session, b"", http(503), ALREADY, http(502), prepared())

    assert len(requests) == 5


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([ALREADY, NONE], GatewayProtocolError),
        ([ALREADY, ALREADY], GatewayProtocolError),
        ([http(404, b"<html>")], GatewayUnavailable),
        ([http(403, ALREADY.partition(b"\r\n\r\n")[2])], GatewayRefused),
        ([http(200, b"{}")], GatewayProtocolError),
        ([http(200, answer(None))], GatewayProtocolError),
        ([prepared(amount=999)], GatewayProtocolError),
        ([prepared(amount="1e3")], GatewayProtocolError),
        ([prepared(merchant_uid="another")], GatewayProtocolError),
        ([prepared(merchant_uid=None)], GatewayProtocolError),
    ],
    ids=range(10),
)
async def test_what_does_not_say_that_it_is_registered_is_an_error(
    make_session: MakeSession, answers: list[bytes], kind: type[PortError]
) -> None:
    with pytest.raises(kind):
        await registered(make_session, *answers)


async def test_the_vendor_then_refuses_a_window_for_another_amount(
    sandbox: RunningSandbox, control: SandboxControl, make_session: MakeSession
) -> None:
    session = make_session(sandbox.base_url, api_key=sandbox.api_key, api_secret=sandbox.api_secret)
    registration = PortOneV1AmountRegistration(session, timeout_s=20)
    await registration.register_amount(ORDER_ID, won(999))
    await registration.register_amount(ORDER_ID, won(1000))

    for amount, currency in [(999, "KRW"), (1000, "JPY")]:
        with pytest.raises(SandboxError):
            await control.create_payment(ORDER_ID, amount, currency=currency, enforce_prepared=True)
    await control.create_payment(ORDER_ID, 1000, enforce_prepared=True)
