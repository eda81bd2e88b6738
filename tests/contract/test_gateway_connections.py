"""What a gateway cannot do is None in its connection, and all that it can is there."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.gateways import STANDS, Can, GatewayWorld, stands


@pytest.fixture(params=stands())
async def named_world(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, GatewayWorld]]:
    async with STANDS[request.param].open() as world:
        yield request.param, world


async def test_what_is_lacking_is_none_and_never_a_pretence(
    named_world: tuple[str, GatewayWorld],
) -> None:
    name, world = named_world
    ports = {
        Can.LIST: world.connection.listing,
        Can.SEARCH: world.connection.search,
        Can.REFUND: world.connection.refunds,
        Can.REGISTER: world.connection.amounts,
        Can.APPROVE: world.connection.approval,
    }

    there = {each for each, port in ports.items() if port is not None}

    assert there == STANDS[name].can & ports.keys()
    assert world.connection.name == world.gateway.name
