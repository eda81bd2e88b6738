"""Who is at the other side of a sandbox's webhooks, for the suites of all vendors."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.shop import Shop, open_shop


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
