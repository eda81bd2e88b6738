"""One browser for each process that runs tests; every test has a profile of its own in it."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
from playwright.async_api import Browser, Page

from tests.browser.town import Town, open_town
from tests.support.browser.chromium import NoBrowser, executable, running_chromium
from tests.support.browser.looks import require_axe
from tests.support.browser.watched import watched_page

# Opens a watched tab; what it can be told is in `watched_page`.
Visit = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser; with `PAYPROOF_REQUIRE_BROWSER=1` tests fail where there is none."""
    try:
        path = executable()
        require_axe()
    except NoBrowser as why_not:
        if os.environ.get("PAYPROOF_REQUIRE_BROWSER") == "1":
            pytest.fail(f"PAYPROOF_REQUIRE_BROWSER=1, but: {why_not}")
        pytest.skip(f"NOT TESTED in a browser: {why_not}")
    async with running_chromium(path) as browser:
        yield browser


@pytest.fixture(scope="session")
async def town() -> AsyncIterator[Town]:
    """The example shop with all around it, one for each process that runs tests."""
    async with open_town("portone-v1") as town:
        yield town


@pytest.fixture
def visit(browser: Browser) -> Visit:
    """Opens tabs: `async with visit(locale="en-GB", width=390, dark=True) as page`."""
    return partial(watched_page, browser)
