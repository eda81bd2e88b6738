"""Who is let in, and what the stand-in says to nonsense."""

import pytest

from sandbox.portone_v2 import Sandbox, SandboxControl
from tests.integration.portone_v2.callers import Caller


async def test_the_secret_is_exchanged_for_tokens_that_run_out(
    caller: Caller, control: SandboxControl
) -> None:
    secret = {"apiSecret": caller.running.api_secret}
    tokens = (await caller.call("POST", "/login/api-secret", secret)).body
    caller.authorisation = f"Bearer {tokens['accessToken']}"
    fresh = await caller.listed()
    await control.advance_clock(30 * 60)
    stale = await caller.listed()
    refresh = {"refreshToken": tokens["refreshToken"]}
    tokens = (await caller.call("POST", "/token/refresh", refresh)).body
    caller.authorisation = f"Bearer {tokens['accessToken']}"
    renewed = await caller.listed()
    await control.advance_clock(24 * 3600)
    too_late = await caller.call("POST", "/token/refresh", refresh)

    assert [fresh.status, renewed.status] == [200, 200]
    assert stale.refusal == too_late.refusal == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "authorisation", ["", "PortOne", "PortOne another", "Bearer", "Bearer x", "Basic eDp5"]
)
async def test_nobody_else_is_let_in(caller: Caller, authorisation: str) -> None:
    caller.authorisation = authorisation

    assert (await caller.listed()).refusal == (401, "UNAUTHORIZED")


async def test_another_secret_gets_no_token(caller: Caller) -> None:
    answer = await caller.call("POST", "/login/api-secret", {"apiSecret": "another"})

    assert answer.refusal == (401, "UNAUTHORIZED")


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Sandbox("")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b'{"apiSecret": 1}', b""])
async def test_a_body_that_is_none(caller: Caller, body: bytes) -> None:
    answer = await caller.call("POST", "/login/api-secret", body)

    assert answer.refusal == (400, "INVALID_REQUEST")


async def test_unknown_payments_paths_and_stores(caller: Caller) -> None:
    answers = [
        await caller.call("GET", "/payments/nobody"),
        await caller.call("GET", "/nowhere"),
        await caller.call("GET", "/payments/nobody", storeId="another"),
        await caller.call("POST", "/payments/nobody/cancel", {"reason": "r"}),
    ]

    assert [answer.refusal for answer in answers] == [
        (404, "PAYMENT_NOT_FOUND"),
        (404, "NOT_FOUND"),
        (403, "FORBIDDEN"),
        (404, "PAYMENT_NOT_FOUND"),
    ]


async def test_faults_of_its_own(caller: Caller, control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="o", status="PAID")
    await control.fault("refusal", status=429, code="RATE_LIMITED", message="later")
    await control.fault("expired_token", times=2)

    busy = await caller.call("GET", "/payments/o")
    secret = {"apiSecret": caller.running.api_secret}
    door = await caller.call("POST", "/login/api-secret", secret)
    expired = [await caller.listed() for _ in range(2)]
    await control.fault("wrong_amount", times=2)
    wrong = await caller.call("GET", "/payments/o")
    listed = await caller.listed()

    assert (busy.status, busy.body) == (429, {"type": "RATE_LIMITED", "message": "later"})
    assert door.status == 200
    assert {each.refusal for each in expired} == {(401, "UNAUTHORIZED")}
    assert wrong.body["amount"]["total"] == listed.body["items"][0]["amount"]["total"] == 1001


async def test_a_reset_forgets_all(caller: Caller, control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="o")
    await control.settings(webhook_mode="auto", webhook_secrets=[])
    await control.reset()

    assert (await caller.call("GET", "/payments/o")).status == 404
    assert (await control.settings())["webhook_mode"] == "off"
    assert (await control.settings())["webhook_secrets"] == list(caller.running.webhook_secrets)
