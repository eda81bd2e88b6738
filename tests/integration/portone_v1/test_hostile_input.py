"""Nonsense of every kind must be refused, never break the sandbox."""

import asyncio
import random
from typing import Any

import pytest

from sandbox.machinery.exact_json import dumps
from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor

UNUSED = "http://127.0.0.1:9/"
ONE = "/_sandbox/payments/imp_1"
CALLS = {
    "POST /_sandbox/payments": "merchant_uid amount currency pay_method status imp_uid sandbox "
    "issue due_in_s overrides omit enforce_prepared",
    "POST /_sandbox/payments/bulk": "payments",
    f"POST {ONE}/pay": "amount",
    f"POST {ONE}/issue": "due_in_s",
    f"POST {ONE}/deposit": "late",
    f"POST {ONE}/cancel": "amount reason",
    f"POST {ONE}/fail": "reason",
    f"POST {ONE}/approve": "confirm_url",
    f"POST {ONE}/webhook": "url form delay_s status imp_uid merchant_uid never",
    "PUT /_sandbox/settings": "webhook_form webhook_mode confirm_url webhook_url",
    "POST /_sandbox/clock": "advance_s",
    "POST /users/getToken": "imp_key imp_secret",
    "POST /payments/cancel": "imp_uid merchant_uid amount checksum reason refund_holder "
    "refund_bank refund_account enable_webhook",
    "POST /payments/prepare": "merchant_uid amount currency",
    "PUT /payments/prepare": "merchant_uid amount currency",
    "DELETE /vbanks/imp_1": "x",
    "POST /_sandbox/faults": "path method times chance seconds status code",
}
SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    7.5,
    10**30,
    1e-30,
    "",
    "0",
    "x",
    "imp_1",
    "order-1",
    "paid",
    "vbank",
    "\x00",
    "가" * 50,
    "../..",
    "9" * 400,
    UNUSED,
]


def nonsense(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.random()
    if depth < 3 and kind < 0.1:
        return [nonsense(rng, depth + 1) for _ in range(rng.randrange(3))]
    if depth < 3 and kind < 0.25:
        names = ["amount", "status", "cancel_history", "cancel_amount", "vbank_date", "started_at"]
        return {name: nonsense(rng, depth + 1) for name in rng.sample(names, 3)}
    return rng.choice(SCALARS)


@pytest.mark.parametrize("seed", range(4))
async def test_nonsense_is_never_a_500(vendor: Vendor, control: SandboxControl, seed: int) -> None:
    rng = random.Random(seed)
    statuses = set()

    for _ in range(500):
        method, path = (call := rng.choice(list(CALLS))).split(" ")
        names = CALLS[call].split()
        body = {name: nonsense(rng) for name in rng.sample(names, rng.randint(0, len(names)))}
        if path == "/_sandbox/payments" and rng.random() < 0.7:
            body |= {"merchant_uid": "order-1", "amount": 1000, "imp_uid": "imp_1"}
        answer = await vendor.call(method, path, data=dumps(body))
        statuses.add(answer.status)
        assert answer.status < 500, (call, body)
        for look in ("/payments/status/all", "/payments/find/order-1", "/_sandbox/calls"):
            assert (await vendor.get(look)).status in {200, 400, 401, 404}, (call, body)
        if rng.random() < 0.02:
            await control.reset()
            await vendor.authorise()

    assert {200, 201, 400, 404} <= statuses


@pytest.mark.parametrize(
    "path", ["/payments/%00", "/payments/%FF%FE", "/payments/..%2Fusers%2FgetToken", "/payments/%"]
)
async def test_strange_ids_are_just_unknown(vendor: Vendor, path: str) -> None:
    answer = await vendor.get(path)

    assert answer.status == 404
    assert answer.body["code"] == -1


async def test_a_header_of_strange_bytes_is_just_wrong(vendor: Vendor) -> None:
    host, port = vendor.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    writer.write(
        b"GET /payments/imp_1 HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\xfe\r\n"
        b"Connection: close\r\n\r\n"
    )
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 401 ")
