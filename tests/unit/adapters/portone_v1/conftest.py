"""PortOne's stand-in on a socket, and the gateway that asks it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from adapters.memory.clock import ManualClock
from adapters.portone_v1.gateway import PortOneV1Gateway
from adapters.portone_v1.transport import build_client
from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl

# For questions that are answered, however busy the machine; and for those that never are.
PATIENT_S = 20.0
HASTY_S = 1.0

MakeGateway = Callable[..., PortOneV1Gateway]


@pytest.fixture
async def sandbox() -> AsyncIterator[RunningSandbox]:
    async with Sandbox().serve() as running:
        yield running


@pytest.fixture
async def control(sandbox: RunningSandbox) -> AsyncIterator[SandboxControl]:
    async with SandboxControl(sandbox.base_url) as control:
        yield control


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with build_client() as client:
        yield client


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def make_gateway(client: httpx.AsyncClient, clock: ManualClock) -> MakeGateway:
    """Make gateways with made-up credentials, unless a test has better ones."""

    def make(base_url: str, **options: object) -> PortOneV1Gateway:
        defaults = {"api_key": "key", "api_secret": "secret", "clock": clock}
        options = defaults | {"timeout_s": PATIENT_S} | options
        return PortOneV1Gateway(client, base_url=base_url, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def gateway(sandbox: RunningSandbox, make_gateway: MakeGateway) -> PortOneV1Gateway:
    return make_gateway(
        sandbox.base_url,
        api_key=sandbox.api_key,
        api_secret=sandbox.api_secret,
        timeout_s=PATIENT_S,
    )


@pytest.fixture
def hasty(sandbox: RunningSandbox, make_gateway: MakeGateway) -> PortOneV1Gateway:
    return make_gateway(
        sandbox.base_url, api_key=sandbox.api_key, api_secret=sandbox.api_secret, timeout_s=HASTY_S
    )
