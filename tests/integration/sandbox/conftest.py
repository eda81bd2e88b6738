"""A running sandbox, and who talks with it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from tests.integration.sandbox.callers import Shop, Vendor, open_shop


@pytest.fixture
async def running() -> AsyncIterator[RunningSandbox]:
    async with Sandbox().serve() as running:
        yield running


@pytest.fixture
async def control(running: RunningSandbox) -> AsyncIterator[SandboxControl]:
    async with SandboxControl(running.base_url) as control:
        yield control


@pytest.fixture
async def vendor(running: RunningSandbox) -> AsyncIterator[Vendor]:
    async with ClientSession() as session:
        vendor = Vendor(session, running)
        await vendor.authorise()
        yield vendor


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop
