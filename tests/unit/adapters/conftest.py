"""The way out of all adapters that ask over HTTP."""

from collections.abc import AsyncIterator

import pytest

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with build_client() as client:
        yield client
