"""A tab whose every complaint, and every request that leaves this machine, is noted."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
)

# An answer of 4xx or 5xx to a script is logged by the browser itself, in these words.
_REFUSED_LOAD = "Failed to load resource: the server responded with a status of"
_COMPLAINTS = frozenset({"error", "warning", "assert"})
_LOCAL_SCHEMES = frozenset({"about", "blob", "data"})
# Far more than any step takes, also where several test runs share a slow machine.
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


@asynccontextmanager
async def watched_page(
    browser: Browser,
    *,
    locale: str = "ko-KR",
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    mobile: bool = False,
    refusals: Collection[str] = (),
    **context_options: Any,
) -> AsyncIterator[Page]:
    """A tab in a profile of its own; at its end nothing may have been complained about.

    `refusals` are paths whose answers of 4xx and 5xx are what the test is about. `mobile` makes
    it a phone: touch, and a user agent that says so.
    """
    context = await browser.new_context(
        locale=locale,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        **(_phone(browser) if mobile else {}),
        **context_options,
    )
    context.set_default_timeout(_PATIENCE_MS)
    problems = _watch(context, frozenset(refusals))
    try:
        yield await context.new_page()
    finally:
        await context.close()
    assert problems == [], "\n".join(problems)


def _watch(context: BrowserContext, refusals: frozenset[str]) -> list[str]:
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        path = urlsplit(message.location.get("url", "")).path
        if message.text.startswith(_REFUSED_LOAD) and path in refusals:
            return
        if message.type in _COMPLAINTS:
            problems.append(f"{message.type}: {message.text} ({path})")

    def note(error: WebError) -> None:
        problems.append(f"uncaught: {error.error}")

    def see(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _LOCAL_SCHEMES and parts.hostname != "127.0.0.1":
            problems.append(f"a request to another host: {request.url}")

    context.on("console", hear)
    context.on("weberror", note)
    context.on("request", see)
    return problems


def _phone(browser: Browser) -> dict[str, Any]:
    version = browser.version.partition(".")[0]
    agent = f"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/{version}.0.0.0 Mobile"
    return {"is_mobile": True, "has_touch": True, "user_agent": f"{agent} Safari/537.36"}
