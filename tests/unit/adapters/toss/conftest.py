"""Ways to the vendor, over a real socket."""

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.toss.session import Session

MakeSession = Callable[[str], Session]


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with build_client() as client:
        yield client


@pytest.fixture
def make_session(client: HttpClient) -> MakeSession:
    return lambda base_url: Session(client, secret_key="live_sk_abc", base_url=base_url)
