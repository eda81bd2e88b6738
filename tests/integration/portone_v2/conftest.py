"""A running sandbox, and who talks with it: the vendor's own kit, a plain caller, and a shop."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from portone_server_sdk.payment import PaymentClient

from sandbox.portone_v2 import RunningSandbox, Sandbox, SandboxControl
from tests.integration.portone_v2.callers import Caller, open_kit
from tests.integration.sandboxes import control_of, running_of

running = running_of(Sandbox)
control = control_of(SandboxControl)


@pytest.fixture
async def kit(running: RunningSandbox) -> AsyncIterator[PaymentClient]:
    async with open_kit(running) as kit:
        yield kit


@pytest.fixture
async def caller(running: RunningSandbox) -> AsyncIterator[Caller]:
    async with ClientSession() as session:
        yield Caller(session, running)
