"""The Chromium that is installed here, started once for each process that runs tests."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A name that a page asks for by mistake must not leave this machine.
_ONLY_LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


class NoBrowser(Exception):
    """There is no browser here, and this is why."""


def executable() -> str:
    """The browser's path: `PAYPROOF_TEST_BROWSER`, else what is found. Raises `NoBrowser`."""
    named = os.environ.get("PAYPROOF_TEST_BROWSER")
    names = (named,) if named else _NAMES
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowser(
            f"no {' and no '.join(names)}; tests/support/browser/install.sh installs it"
        )
    return found


@asynccontextmanager
async def running_chromium(path: str) -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[_ONLY_LOOPBACK])
        try:
            yield browser
        finally:
            await browser.close()
