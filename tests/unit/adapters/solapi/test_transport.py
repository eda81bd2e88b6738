"""What is signed goes to the vendor's message API and nowhere else."""

import httpx
import pytest

from adapters.solapi.transport import Transport
from adapters.system.clock import SystemClock
from ports.errors import NotifierUnavailable
from tests.support.no_network import answered_by


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was asked")


@pytest.mark.parametrize(
    "path",
    [
        "/messages/v4/../../cash/v1/balance",
        "/messages/v4/%2e%2e/x",
        "//evil.example/messages/v4/list",
        "@evil.example/messages/v4/list",
        "https://evil.example/messages/v4/list",
        "/storage/v1/files",
        "",
    ],
)
async def test_no_other_address_is_asked(path: str) -> None:
    transport = Transport(
        answered_by(never),
        "https://api.solapi.com",
        api_key="key",
        api_secret="secret",
        clock=SystemClock(),
    )

    with pytest.raises(NotifierUnavailable, match="url"):
        await transport.post(path, b"{}")
