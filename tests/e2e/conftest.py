"""One running service for each file of tests; every test uses orders of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.support.storefront import Storefront, open_storefront


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    async with open_storefront(tmp_path_factory.mktemp("service")) as storefront:
        yield storefront
