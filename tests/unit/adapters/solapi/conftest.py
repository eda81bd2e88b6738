"""Solapi's stand-in on a socket."""

from collections.abc import AsyncIterator

import pytest

from tests.support.solapi import Solapi, solapi_running


@pytest.fixture
async def solapi() -> AsyncIterator[Solapi]:
    async with solapi_running() as running:
        yield running
