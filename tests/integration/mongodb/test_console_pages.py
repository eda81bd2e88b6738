"""What each page of the console asks MongoDB for: an index leads to it, and a limit bounds it.

It holds on every server, and says nothing of how quick one is.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from adapters.mongodb.adding_up import TAKINGS
from benchmarks.console import pages_of
from benchmarks.spread_orders import store_in_mongodb
from entrypoints.api.app import create_app
from entrypoints.console.console import console_of
from entrypoints.container import open_container
from entrypoints.settings import load_settings
from tests.integration.mongodb.conftest import RawDatabase
from tests.integration.mongodb.index_rule import (
    BY_ID,
    Asked,
    Command,
    Indexes,
    asked_by,
    reads_no_more_than_asked,
)
from tests.support.api import client_of
from tests.support.console import PASSWORD, log_in
from tests.support.mongodb_proxy import MongoProxy, mongodb_proxy

# A few of each kind.
ORDERS = 60
LATEST = f"past-{ORDERS - 1:09}"
PAGES = {
    **pages_of(ORDERS),
    "a form to refund": f"/orders/{LATEST}/refund?payment=portone-v1/imp_{LATEST}",
    "a refund": f"/refunds/{LATEST}-refund",
}
# Asked for apart from the pages, or out of no database.
NO_PAGES = ("/console/login", "/console/health", "/console/static/")
# What is bounded by something else than a limit, or not at all, and why that does.
BOUNDED_OTHERWISE: Mapping[str, Callable[[str, Asked], bool]] = {
    "sums of the hours that are shown": lambda collection, asked: (
        collection == TAKINGS and asked.query.keys() == {"_id"} and len(asked.query["_id"]) == 2
    ),
    "passes over the few orders that are not registered yet": lambda collection, asked: (
        asked.query.get("stub") == {"$exists": False}
    ),
}
EXPECTED = set(BOUNDED_OTHERWISE)


@pytest.fixture
async def operator(
    mongodb_url: str, tmp_path: Path
) -> AsyncIterator[tuple[httpx.AsyncClient, MongoProxy]]:
    """Who looks at the pages of a shop with some past, and all that the pages ask for."""
    await asyncio.to_thread(store_in_mongodb, mongodb_url, ORDERS)
    parts = urlsplit(mongodb_url)
    assert parts.hostname is not None
    async with mongodb_proxy(parts.hostname, parts.port or 27017) as proxy:
        watched = parts._replace(netloc=proxy.address, query="directConnection=true").geturl()
        settings = load_settings(
            {
                "PAYPROOF_PORTONE_V1_API_KEY": "key",
                "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
                "PAYPROOF_PORTONE_V1_BASE_URL": "http://127.0.0.1:1",
                "PAYPROOF_DATABASE_URL": watched,
                "PAYPROOF_CONSOLE_PASSWORD": PASSWORD,
            }
        )
        async with open_container(settings) as container:
            console_parts = container.console_parts()
            assert console_parts is not None
            app = create_app(
                container.use_cases(),
                container.api_settings(),
                console=console_of(console_parts),
            )
            every_page_is_among_them(app)
            async with client_of(app, "https://payproof.test") as client:
                assert (await log_in(client)).status_code == 303
                yield client, proxy


def every_page_is_among_them(app: Litestar) -> None:
    shown = [f"/console{path.partition('?')[0]}" for path in PAGES.values()]
    patterns = [
        re.sub(r"{[^}]+}", "[^/]+", route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
        if route.path.startswith("/console") and not route.path.startswith(NO_PAGES)
    ]
    assert patterns
    assert [each for each in patterns if not any(re.fullmatch(each, path) for path in shown)] == []


async def reads_of_pages(client: httpx.AsyncClient, proxy: MongoProxy) -> list[Command]:
    """All that the pages ask for."""
    reads: list[Command] = []
    for page, path in PAGES.items():
        await client.get(f"/console{path}")  # sees to the indexes
        proxy.plan()
        answer = await client.get(f"/console{path}")
        assert answer.status_code in {200, 303, 404}, (page, answer.text)
        assert proxy.commands, page
        reads += proxy.commands
    assert {next(iter(each)) for each in reads} == {"find", "aggregate"}
    return reads


def indexes_of(raw: RawDatabase) -> dict[str, Indexes]:
    return {
        name: {**BY_ID, **{index: each["key"] for index, each in found.items()}}
        for name in raw.list_collection_names()
        for found in [raw[name].index_information()]
    }


def unbounded(reads: Sequence[Command], indexes: Mapping[str, Indexes]) -> set[str]:
    """Why those may read more than they ask for."""
    found = set()
    for each in reads:
        collection, asked = each[next(iter(each))], asked_by(each)
        if not reads_no_more_than_asked(asked, indexes.get(collection, BY_ID)):
            fitting = [why for why, fits in BOUNDED_OTHERWISE.items() if fits(collection, asked)]
            found.add(fitting[0] if fitting else f"{collection} {asked}")
    return found


async def test_an_index_leads_to_all_that_a_page_shows_and_a_limit_bounds_it(
    operator: tuple[httpx.AsyncClient, MongoProxy], raw: RawDatabase
) -> None:
    reads = await reads_of_pages(*operator)

    assert unbounded(reads, indexes_of(raw)) == EXPECTED


async def test_without_an_index_some_page_would_read_more_than_it_shows(
    operator: tuple[httpx.AsyncClient, MongoProxy], raw: RawDatabase
) -> None:
    reads, indexes = await reads_of_pages(*operator), indexes_of(raw)
    without = {
        name: {**indexes, collection: {other: key for other, key in kept.items() if other != name}}
        for collection, kept in indexes.items()
        for name in kept
        if name != "_id_"
    }

    needed = {name for name, left in without.items() if unbounded(reads, left) - EXPECTED}

    assert needed == {
        *("newest", "open_by_age", "awaits_deposit", "awaits_approval", "bound", "tasks_by_rank"),
        *("to_add_up", "by_age", "by_payment", "of_order", "by_end"),
    }
