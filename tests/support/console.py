"""The operator's console over a shop in memory, and an operator who presses its buttons."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import httpx

from adapters.memory.operator_log import MemoryOperatorLog
from adapters.memory.order_board import MemoryOrderBoard
from application.approve_refund import ApproveRefund
from application.read_board import ReadBoard
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from entrypoints.console.console import console_of
from entrypoints.console.parts import ConsoleParts
from tests.support.api import client_of, use_cases
from tests.support.shop import Shop

PASSWORD = "a password of the console"
OPERATOR = "김운영"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")


def console_parts(shop: Shop, *, tells_shop: bool = True) -> ConsoleParts:
    board = MemoryOrderBoard(shop.store)
    return ConsoleParts(
        password=PASSWORD,
        clock=shop.clock,
        read_order=shop.read_order,
        read_board=ReadBoard(board, shop.orders, shop.gateways, shop.clock),
        verify_payment=shop.verify_payment,
        request_refund=shop.request_refund,
        approve_refund=ApproveRefund(shop.orders, shop.clock),
        review_tasks=shop.review_tasks,
        resend_events=shop.resend_events,
        tells_shop=tells_shop,
        board=board,
        orders=shop.orders,
        desk=shop.desk,
        sweeps=shop.sweeps,
        seen_webhooks=shop.seen,
        actions=MemoryOperatorLog(shop.store),
        gateways=shop.gateways,
        nobodys_payments=dict.fromkeys(shop.gateways, "imp_000000000000"),
        worker=shop.run_tasks,
    )


@asynccontextmanager
async def visiting(shop: Shop, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has logged in with; it follows no redirect by itself."""
    console = console_of(console_parts(shop, **options))
    app = create_app(use_cases(shop), ApiSettings(), console=console)
    # Its cookies are not sent in the clear, except to this very machine.
    async with client_of(app, "https://payproof.test") as client:
        yield client


@asynccontextmanager
async def operating(
    shop: Shop, operator: str = OPERATOR, **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that an operator has logged in with."""
    async with visiting(shop, **options) as client:
        answer = await log_in(client, operator)
        assert answer.status_code == 303, answer.text
        yield client


async def log_in(
    client: httpx.AsyncClient, operator: str = OPERATOR, password: str = PASSWORD, **more: str
) -> httpx.Response:
    page = await client.get("/console/login")
    fields = {"token": token_in(page), "operator": operator, "password": password, **more}
    return await client.post("/console/login", data=fields)


async def press(
    client: httpx.AsyncClient, path: str, *, seen: str = "/console/search", **fields: str
) -> httpx.Response:
    """Sends a form of the page that was seen to that path."""
    token = token_in(await client.get(seen))
    return await client.post(path, data={"token": token, **fields})


async def said_after(client: httpx.AsyncClient, answer: httpx.Response) -> str:
    """The text of the page that the button leads to."""
    assert answer.status_code == 303, answer.text
    return text_of(await client.get(answer.headers["location"]))


def token_in(page: httpx.Response) -> str:
    found = _TOKEN.search(page.text)
    assert found is not None, page.text[:2000]
    return found[1]


def text_of(page: httpx.Response) -> str:
    """What a person reads there."""
    return re.sub(r"\s+", " ", unescape(_TAGS.sub(" ", page.text)))
