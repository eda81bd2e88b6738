import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout

from sandbox.portone_v1 import (
    RunningSandbox,
    Sandbox,
    SandboxControl,
    SandboxError,
)

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
async def test_it_stays_on_this_machine(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        async with Sandbox().serve(host):
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0"])
async def test_every_host_has_a_url_that_works(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        async with (
            Sandbox(allow_remote=host == "0.0.0.0").serve(host) as running,
            SandboxControl(running.base_url) as control,
        ):
            assert await control.now() > 0
    except OSError:
        if host != "::1":
            raise
        pytest.skip("no IPv6 loopback here")


async def test_remote_urls_are_allowed_when_asked_for() -> None:
    sandbox = Sandbox(allow_remote=True)
    async with sandbox.serve() as running, SandboxControl(running.base_url) as control:
        changed = await control.settings(webhook_url="https://shop.example/hook")

    assert changed["webhook_url"] == "https://shop.example/hook"


async def test_its_memory_outlives_a_restart() -> None:
    sandbox = Sandbox()
    async with sandbox.serve() as running, SandboxControl(running.base_url) as control:
        await control.create_payment("order-1", 1000, imp_uid="imp_1")

    async with sandbox.serve() as running, SandboxControl(running.base_url) as control:
        assert (await control.payment("imp_1"))["merchant_uid"] == "order-1"


async def test_a_taken_port_is_an_error() -> None:
    async with Sandbox().serve() as running:
        port = int(running.base_url.rpartition(":")[2])
        with pytest.raises(OSError, match="address"):
            async with Sandbox().serve(port=port):
                pass


@pytest.mark.parametrize(("key", "secret"), [("", "s"), ("k", "")])
def test_empty_credentials_are_refused(key: str, secret: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        Sandbox(key, secret)


async def test_a_hanging_call_does_not_hold_up_the_end() -> None:
    async with (
        Sandbox().serve() as running,
        SandboxControl(running.base_url) as control,
        ClientSession() as session,
    ):
        await control.fault("hang")
        with pytest.raises(TimeoutError):
            await session.get(running.base_url, timeout=ClientTimeout(total=0.05))
        await control.fault("hang")
        hanging = asyncio.create_task(session.get(f"{running.base_url}/payments"))
        while (await control.faults())["fired"].get("hang", 0) < 2:
            await asyncio.sleep(0.01)
    results = await asyncio.gather(hanging, return_exceptions=True)
    assert isinstance(results[0], Exception)


async def test_serve_forever_ends_on_a_signal() -> None:
    seen: list[RunningSandbox] = []
    ready = asyncio.Event()

    def note(running: RunningSandbox) -> None:
        seen.append(running)
        ready.set()

    serving = asyncio.create_task(Sandbox("k", "s").serve_forever(on_ready=note))
    await ready.wait()
    async with SandboxControl(seen[0].base_url) as control:
        await control.now()
    assert (seen[0].api_key, seen[0].api_secret) == ("k", "s")

    os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(5):
        await serving


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_of_its_own_ends_cleanly(stop: signal.Signals) -> None:
    code = (
        "import asyncio; from sandbox.portone_v1 import Sandbox;"
        "asyncio.run(Sandbox().serve_forever(on_ready=lambda it: print(it.base_url, flush=True)))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        code,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    base_url = (await process.stdout.readline()).decode().strip()
    async with SandboxControl(base_url) as control:
        await control.create_payment("order-1", 1000)

    process.send_signal(stop)
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 0
    assert errors == b""


def test_a_refusal_says_what_and_why() -> None:
    assert str(SandboxError(409, "no")) == "409: no"
