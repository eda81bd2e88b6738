"""What every test of the simulator shares."""

import pytest


@pytest.fixture(autouse=True)
def uncounted(no_cover: None) -> None:
    """Keeps coverage out: runs are played for their promises, and are twice as fast without it."""
