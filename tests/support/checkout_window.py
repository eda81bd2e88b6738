"""A browser before a stand-in's payment window, without a browser."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

PAGE = "http://127.0.0.1:4000"


class PaymentWindows:
    """What a page and its buyer do; redirects are looked at, and not followed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(
        self, params: dict[str, Any], *, way_back: str = "", way_back_failed: str = ""
    ) -> httpx.Response:
        """The page asks for a window, as the vendor's script does."""
        form = {
            "params": json.dumps(params),
            "opener": PAGE,
            "way_back": way_back,
            "way_back_failed": way_back_failed,
        }
        return await self.http.post("/_checkout", data=form)

    async def open(self, params: dict[str, Any], **ways_back: str) -> str:
        """The address of a window that could be opened."""
        answer = await self.ask(params, **ways_back)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    async def press(self, window: str, way: str, **more: str) -> httpx.Response:
        """The buyer presses a button."""
        return await self.http.post(window, data={"way": way, "method": "card", **more})

    async def end(self, params: dict[str, Any], way: str, **more: str) -> dict[str, Any]:
        """What a page is told of a window that ends that way."""
        return told(await self.press(await self.open(params), way, **more))

    async def deposit(self, payment_id: str) -> httpx.Response:
        """The buyer pays into the account."""
        return await self.http.post("/_checkout/bank", data={"payment": payment_id})


@asynccontextmanager
async def before(base_url: str) -> AsyncIterator[PaymentWindows]:
    """Opens a browser before a stand-in."""
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=60) as http:
        yield PaymentWindows(http)


def told(answer: httpx.Response) -> dict[str, Any]:
    """What the ending page tells the page that opened the window."""
    found = re.search(r'data-result="([^"]*)"', answer.text)
    assert found, answer.text
    return dict(json.loads(unescape(found[1])))


def brought_back(answer: httpx.Response) -> dict[str, str]:
    """What a phone brings back in the address."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
