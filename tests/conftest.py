"""What every test shares."""

import gc
import os
import signal

import pytest
from hypothesis import settings

from tests.support.mongodb_server import mongodb_server, mongodb_url

__all__ = ["anyio_backend", "mongodb_server", "mongodb_url"]

# Two workers on two cores make the time of one example a matter of luck. Every day's runs repeat
# themselves, so that a red one is the fault of the change; HYPOTHESIS_PROFILE=long explores.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, max_examples=100)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program
# that they start and stop by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, the loop that payproof is served on."""
    return "asyncio"


# A worker takes a whole file at a time. These folders hold the longest, which come first, or one
# worker would still be at such a file when the others have nothing left to do.
_FIRST = ("soak", "integration/mongodb", "simulation", "contract", "e2e", "browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers begin with what takes long; whoever runs tests alone, with what is told soon."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    folders = (place for place, name in enumerate(_FIRST) if nodeid.startswith(f"tests/{name}/"))
    return next(folders, len(_FIRST))


def pytest_collection_finish() -> None:
    """All that was imported and collected stays: no search for garbage has to go through it."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows what a test that has passed wants people to know."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "note":
                terminalreporter.write_line(f"note: {text}")
