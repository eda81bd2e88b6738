"""What every test shares."""

import pytest
from hypothesis import settings

from tests.support.mongodb_server import mongodb_server, mongodb_url

__all__ = ["anyio_backend", "mongodb_server", "mongodb_url"]

# Two workers on two cores make the time of one example a matter of luck.
settings.register_profile("payproof", deadline=None, print_blob=True)
settings.load_profile("payproof")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, the loop that payproof is served on."""
    return "asyncio"
