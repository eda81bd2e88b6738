"""What a page looks like, to a person (a picture) and to assistive technology (axe-core)."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Frame, Page

from tests.support.browser.chromium import NoBrowser

_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
# Results of a run, to look at: not kept in git.
PICTURES = Path(__file__).parents[2] / "browser" / "pictures"


async def judge(page: Page, name: str) -> None:
    """Takes a picture of the whole page, and fails if axe-core finds anything in any frame."""
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    found = {frame.url: complaints for frame in page.frames if (complaints := await _judge(frame))}
    assert found == {}, found


async def fits(page: Page, width: int) -> bool:
    """Whether nothing in the page is wider than the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth") == width)


def require_axe() -> None:
    """Raises `NoBrowser` where axe-core has not been installed."""
    if not _AXE.exists():
        raise NoBrowser("no axe-core; tests/support/browser/install.sh installs it")


async def _judge(frame: Frame) -> list[str]:
    # By the debugger, which the page's own policy for scripts does not bind.
    await frame.evaluate(_axe())
    # Each frame is judged by itself; axe would otherwise wait for answers from within.
    result: dict[str, Any] = await frame.evaluate("axe.run(document, { iframes: false })")
    return [
        f"{violation['impact']}: {violation['help']}: {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")
