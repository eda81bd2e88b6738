"""What every test shares."""

import os

import pytest
from hypothesis import settings

from tests.support.mongodb_server import mongodb_server, mongodb_url

__all__ = ["anyio_backend", "mongodb_server", "mongodb_url"]

# Two workers on two cores make the time of one example a matter of luck. Every day's runs repeat
# themselves, so that a red one is the fault of the change; HYPOTHESIS_PROFILE=long explores.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, max_examples=100)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, the loop that payproof is served on."""
    return "asyncio"
