"""A running sandbox of Stripe's, and who talks with it: its own library, and a shop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from sandbox.stripe import RunningSandbox, Sandbox, SandboxControl
from tests.integration.sandboxes import control_of, running_of

MakeClient = Callable[..., stripe.StripeClient]


running = running_of(Sandbox)
control = control_of(SandboxControl)


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
