"""A running sandbox, and who talks with it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from tests.integration.portone_v1.callers import Vendor
from tests.integration.sandboxes import control_of, running_of

running = running_of(Sandbox)
control = control_of(SandboxControl)


@pytest.fixture
async def vendor(running: RunningSandbox) -> AsyncIterator[Vendor]:
    async with ClientSession() as session:
        vendor = Vendor(session, running)
        await vendor.authorise()
        yield vendor
