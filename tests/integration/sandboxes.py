"""Makes the fixtures of a suite about one vendor's sandbox: it runs, and somebody controls it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from sandbox.machinery.control_client import ControlClient
from sandbox.machinery.stand_in import StandIn


def running_of(sandbox: Callable[[], StandIn[Any]]) -> object:
    """Makes the fixture `running`: where the vendor's sandbox is, and with what to go there."""

    @pytest.fixture(name="running")
    async def served() -> AsyncIterator[Any]:
        async with sandbox().serve() as running:
            yield running

    return served


def control_of(client: Callable[[str], ControlClient]) -> object:
    """Makes the fixture `control`: a client of the running sandbox's control API."""

    @pytest.fixture(name="control")
    async def opened(running: Any) -> AsyncIterator[Any]:
        async with client(running.base_url) as control:
            yield control

    return opened
