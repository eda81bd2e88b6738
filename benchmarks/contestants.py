"""Who is measured: payproof, its peers, and the floor; each ready with the same orders."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import post, put_under_load
from benchmarks.processes import Program, python, running
from benchmarks.records import sales_to_load

PAYPROOF = "payproof"
FLOOR = "floor"
PRINTED = "Express as printed"
TUNED = "Express, tuned"
FASTAPI = "FastAPI, plain httpx"

_API_KEY = "bench-key"
_EXPRESS = Path(__file__).parent / "peers/express"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a contestant is started into.

    `interpreter` has what payproof needs and nothing else, as its users have it; `settings` are
    payproof's, beyond the usual ones.
    """

    folder: Path
    gateway_url: str
    interpreter: str
    cards: int
    accounts: int
    settings: Mapping[str, str] = field(default_factory=dict)


Start = Callable[[World, str], AbstractAsyncContextManager[Program]]


@asynccontextmanager
async def _payproof(world: World, database: str) -> AsyncIterator[Program]:
    database_url = database if database.startswith("mongodb:") else f"sqlite:///{database}"
    environment = {
        "PAYPROOF_API_KEY": _API_KEY,
        "PAYPROOF_DATABASE_URL": database_url,
        "PAYPROOF_PORTONE_V1_BASE_URL": world.gateway_url,
        "PAYPROOF_PORTONE_V1_API_KEY": "bench-key",
        "PAYPROOF_PORTONE_V1_API_SECRET": "bench-secret",
        **world.settings,
    }
    command = python("entrypoints.cli", "serve", "--port", "0", interpreter=world.interpreter)
    log = world.folder / "payproof.log"
    async with running(PAYPROOF, command, log=log, environment=environment) as program:
        await _register(program, world)
        yield program


async def _register(program: Program, world: World) -> None:
    """Registers the orders as a shop would: payproof has no other door."""
    orders = [
        {
            "order_id": sale.order_id,
            "amount": 1000,
            "currency": "KRW",
            "customer": {"id": f"customer-{sale.number}", "phone": "010-0000-0000"},
        }
        for sale in sales_to_load(world.cards, world.accounts)
    ]
    key = f"Authorization: Bearer {_API_KEY}\r\n"
    questions = [
        post("/orders", json.dumps(order).encode(), b'"pending"', headers=key) for order in orders
    ]
    # Few at once: a MongoDB that has just started takes its time, and nothing is measured yet.
    registered = await put_under_load(program, questions, at_once=8)
    if registered.errors:
        raise RuntimeError(f"{registered.errors} orders were not registered")


def _peer(name: str, command: Callable[[World], list[str]]) -> Start:
    @asynccontextmanager
    async def start(world: World, database: str) -> AsyncIterator[Program]:
        arguments = [world.gateway_url, database, str(world.cards), str(world.accounts)]
        log = world.folder / f"{name}.log"
        async with running(name, [*command(world), *arguments], log=log) as program:
            yield program

    return start


CONTESTANTS: Mapping[str, Start] = {
    PAYPROOF: _payproof,
    FLOOR: _peer(FLOOR, lambda world: python("benchmarks.floor", interpreter=world.interpreter)),
    PRINTED: _peer(PRINTED, lambda _: ["node", str(_EXPRESS / "printed.js")]),
    TUNED: _peer(TUNED, lambda _: ["node", str(_EXPRESS / "tuned.js")]),
    FASTAPI: _peer(FASTAPI, lambda _: python("benchmarks.peers.fastapi_httpx")),
}
