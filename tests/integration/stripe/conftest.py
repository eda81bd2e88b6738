"""A running sandbox of Stripe's, and who talks with it: its own library, and a shop."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import stripe

from sandbox.stripe import RunningSandbox, Sandbox, SandboxControl
from tests.integration.sandbox.callers import Shop, open_shop

MakeClient = Callable[..., stripe.StripeClient]


@pytest.fixture
async def running() -> AsyncIterator[RunningSandbox]:
    async with Sandbox().serve() as running:
        yield running


@pytest.fixture
async def control(running: RunningSandbox) -> AsyncIterator[SandboxControl]:
    async with SandboxControl(running.base_url) as control:
        yield control


@pytest.fixture
def make_client(running: RunningSandbox) -> Iterator[MakeClient]:
    """Make clients of the vendor's own library that talk with the sandbox."""
    http = stripe.RequestsClient()

    def make(api_key: str = running.api_key, **options: Any) -> stripe.StripeClient:
        return stripe.StripeClient(
            api_key,
            base_addresses={"api": running.base_url},
            http_client=http,
            max_network_retries=0,
            **options,
        )

    yield make
    http.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def client(make_client: MakeClient) -> stripe.StripeClient:
    return make_client()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
