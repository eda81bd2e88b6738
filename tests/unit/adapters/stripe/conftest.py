"""A session that asks whoever a test names."""

from collections.abc import Callable

import pytest

from adapters.outbound.http_client import HttpClient
from adapters.stripe.session import Session

# For questions that are answered, however busy the machine.
PATIENT_S = 20.0

MakeSession = Callable[..., Session]


@pytest.fixture
def make_session(client: HttpClient) -> MakeSession:
    """Make sessions with a made-up key."""

    def make(base_url: str, account: str | None = None) -> Session:
        return Session(client, api_key="sk_made_up", account=account, base_url=base_url)

    return make
