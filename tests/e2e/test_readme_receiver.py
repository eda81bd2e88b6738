"""The receiver that the README shows, run as it stands there against the real service."""

import asyncio
import json
import re
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import digest
from pathlib import Path

import httpx

from tests.support.service import running, settings_for
from tests.support.storefront import open_sandbox, serving, until

README = Path(__file__).parents[2] / "README.md"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PORT = "8088"


def shown_receiver() -> str:
    (shown,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(shown)


@asynccontextmanager
async def receiver(port: int) -> AsyncIterator[list[str]]:
    """Run it on a free port, and give the lines that it prints."""
    code = shown_receiver()
    assert code.count(PORT) == 1
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code.replace(PORT, str(port))), stdout=PIPE, stderr=DEVNULL
    )
    printed: list[str] = []

    async def collect() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            printed.append(line.decode().rstrip("\n"))  # noqa: PERF401 - read while it grows

    reading = asyncio.create_task(collect())
    try:
        yield printed
    finally:
        process.terminate()
        await process.wait()
        await reading


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def signed(body: bytes, at_s: float, secret: str = SECRET) -> dict[str, str]:
    key = b64decode(secret.removeprefix("whsec_"))
    content = f"evt_1.{int(at_s)}.".encode() + body
    signature = b64encode(digest(key, content, "sha256")).decode()
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at_s)),
        "webhook-signature": f"v1,{signature}",
    }


def test_it_has_about_ten_lines() -> None:
    lines = [line for line in shown_receiver().splitlines() if line.strip()]

    assert len(lines) == 10


async def test_it_hears_what_happens_once_and_again_when_asked(tmp_path: Path) -> None:
    port = free_port()
    told = {
        "MERCHANT_WEBHOOK_URL": f"http://127.0.0.1:{port}/hooks",
        "MERCHANT_WEBHOOK_SECRET": SECRET,
    }
    database = tmp_path / "payproof.db"
    async with (
        receiver(port) as printed,
        open_sandbox() as (place, control),
        serving(place, control, database, **told) as storefront,
    ):
        order_id, imp_uid = await storefront.paid_order()
        await until(lambda: len(printed) == 1)
        async with running(
            *("events", "resend", order_id),
            settings=settings_for(place, database, **told),
            secrets=storefront.secrets,
            folder=tmp_path,
        ) as resend:
            assert await resend.end() == 0
        await until(lambda: len(printed) == 2)

    event_id, _, body = printed[0].partition(" ")
    event = json.loads(body)
    assert printed[1] == printed[0]
    assert resend.printed == [f"{event_id} order.paid of order {order_id} is sent again"]
    assert event["type"] == "order.paid"
    assert (event["data"]["order_id"], event["data"]["payment_id"]) == (order_id, imp_uid)
    readme = README.read_text(encoding="utf-8")
    for part in (event, event["data"]):
        assert f"`{{{', '.join(part)}}}`" in readme


async def test_it_believes_nobody_else(tmp_path: Path) -> None:
    port, body, now_s = free_port(), b'{"type":"order.paid"}', time.time()
    other = "whsec_" + b64encode(bytes(24)).decode()
    async with receiver(port) as printed, httpx.AsyncClient(trust_env=False) as client:

        async def post(body: bytes, headers: dict[str, str]) -> int:
            url = f"http://127.0.0.1:{port}/"
            return (await client.post(url, content=body, headers=headers)).status_code

        async def listens() -> bool:
            try:
                return await post(body, signed(body, now_s)) == 204
            except httpx.TransportError:
                return False

        await until(listens)
        statuses = [
            await post(body + b" ", signed(body, now_s)),
            await post(body, signed(body, now_s, other)),
            await post(body, signed(body, now_s - 3600)),
            await post(body, signed(body, now_s) | {"webhook-id": "evt_2"}),
        ]
        await until(lambda: len(printed) == 5)

    assert statuses == [401] * 4
    assert [line.endswith("is not from payproof") for line in printed] == [False, *[True] * 4]
