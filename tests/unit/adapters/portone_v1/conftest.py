"""PortOne's stand-in on a socket, and the gateway that asks it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.memory.clock import ManualClock
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.gateway import PortOneV1Gateway
from adapters.portone_v1.session import Session
from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl

# For questions that are answered, however busy the machine; and for those that never are.
PATIENT_S = 20.0
HASTY_S = 1.0

MakeSession = Callable[..., Session]
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
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def make_session(client: HttpClient, clock: ManualClock) -> MakeSession:
    """Make sessions with made-up credentials, unless a test has better ones."""

    def make(base_url: str, **options: Any) -> Session:
        defaults: dict[str, Any] = {"api_key": "key", "api_secret": "secret"}
        return Session(client, base_url=base_url, clock=clock, **(defaults | options))

    return make


@pytest.fixture
def make_gateway(make_session: MakeSession) -> MakeGateway:
    """Make gateways that have such a session."""

    def make(
        base_url: str,
        *,
        timeout_s: float = PATIENT_S,
        allow_test_payments: bool = False,
        **credentials: str,
    ) -> PortOneV1Gateway:
        session = make_session(base_url, token_timeout_s=timeout_s, **credentials)
        return PortOneV1Gateway(
            session, timeout_s=timeout_s, allow_test_payments=allow_test_payments
        )

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
