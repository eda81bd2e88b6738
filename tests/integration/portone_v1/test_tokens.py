import re
from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor


async def test_a_token_is_40_hex_and_lives_half_an_hour(vendor: Vendor) -> None:
    token = await vendor.token()

    assert re.fullmatch("[0-9a-f]{40}", token["access_token"])
    assert token["expired_at"] - token["now"] <= 1800
    assert token.keys() == {"access_token", "now", "expired_at"}


async def test_a_form_is_as_good_as_json(vendor: Vendor) -> None:
    answer = await vendor.call("POST", "/users/getToken", data=vendor.credentials)

    assert answer.body["response"]["access_token"] == (await vendor.token())["access_token"]


@pytest.mark.parametrize(
    "body",
    [{}, {"imp_key": "sandbox-key"}, {"imp_secret": "x"}, {"imp_key": "", "imp_secret": "x"}],
)
async def test_missing_parameters_are_refused(vendor: Vendor, body: dict[str, Any]) -> None:
    answer = await vendor.call("POST", "/users/getToken", json=body)

    assert answer.status == 400
    assert answer.body == {
        "code": -1,
        "message": "imp_key, imp_secret 파라메터가 누락되었습니다.",
        "response": None,
    }


@pytest.mark.parametrize("wrong", ["imp_key", "imp_secret"])
async def test_wrong_credentials_are_refused(vendor: Vendor, wrong: str) -> None:
    body = vendor.credentials | {wrong: "틀린 값"}

    answer = await vendor.call("POST", "/users/getToken", json=body)

    assert answer.status == 401
    assert answer.body == {"code": -1, "message": "Unauthorized", "response": None}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"imp_key": true, "imp_secret": "x"}'])
async def test_an_unreadable_body_is_refused(vendor: Vendor, body: bytes) -> None:
    answer = await vendor.call("POST", "/users/getToken", data=body)

    assert answer.status == 400


async def test_the_same_token_until_its_last_minute(
    vendor: Vendor, control: SandboxControl
) -> None:
    first = await vendor.token()
    await control.advance_clock(1700)

    again = await vendor.token()

    assert again["access_token"] == first["access_token"]
    assert again["expired_at"] == first["expired_at"]
    assert again["now"] > first["now"]


async def test_the_last_minute_extends_the_same_token_by_five_minutes(
    vendor: Vendor, control: SandboxControl
) -> None:
    first = await vendor.token()
    await control.advance_clock(1750)

    extended = await vendor.token()

    assert extended["access_token"] == first["access_token"]
    assert extended["expired_at"] == first["expired_at"] + 300
    assert (await vendor.token())["expired_at"] == extended["expired_at"]


async def test_an_expired_token_is_refused_and_replaced(
    vendor: Vendor, control: SandboxControl
) -> None:
    first = await vendor.token()
    await control.advance_clock(1801)

    refused = await vendor.get("/payments/imp_1")
    second = await vendor.token()

    assert refused.status == 401
    assert second["access_token"] != first["access_token"]
    assert second["expired_at"] == second["now"] + 1800


@pytest.mark.parametrize("scheme", ["Bearer ", ""])
async def test_the_word_bearer_is_optional(vendor: Vendor, scheme: str) -> None:
    token = (await vendor.token())["access_token"]

    answer = await vendor.call(
        "GET", "/payments/imp_1", headers={"Authorization": f"{scheme}{token}"}
    )

    assert answer.status == 404


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Bearer " + "0" * 40, "Basic x"])
async def test_without_a_valid_token_everything_is_401(vendor: Vendor, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = await vendor.call("GET", "/payments/imp_1", headers=headers)

    assert answer.status == 401
    assert answer.body == {"code": -1, "message": "Unauthorized", "response": None}


async def test_no_token_is_valid_before_one_was_asked_for(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.reset()

    answer = await vendor.call("GET", "/payments/imp_1", headers={"Authorization": "Bearer "})

    assert answer.status == 401
