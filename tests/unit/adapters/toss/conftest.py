"""Ways to the vendor, over a real socket."""

from collections.abc import Callable

import pytest

from adapters.outbound.http_client import HttpClient
from adapters.toss.session import Session

MakeSession = Callable[[str], Session]


@pytest.fixture
def make_session(client: HttpClient) -> MakeSession:
    return lambda base_url: Session(client, secret_key="live_sk_abc", base_url=base_url)
