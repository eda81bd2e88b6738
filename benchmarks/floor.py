"""The floor: the least a verification can cost on this stack, with nothing proved or kept safe.

A bare Litestar handler, one question by raw aiohttp with a token it never renews, and the same two
database steps with the same durability: read the order; write order, payment and history at once.
"""

import asyncio
import socket
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import msgspec
import uvicorn
import uvloop
from litestar import Litestar, post

_SCHEMA = """
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = EXTRA;
CREATE TABLE orders (order_id TEXT PRIMARY KEY, amount INTEGER, status TEXT, version INTEGER)
    STRICT, WITHOUT ROWID;
CREATE TABLE payments (payment_id TEXT PRIMARY KEY, order_id TEXT, amount INTEGER, status TEXT)
    STRICT, WITHOUT ROWID;
CREATE TABLE history (order_id TEXT, version INTEGER, outcome TEXT, PRIMARY KEY (order_id, version))
    STRICT, WITHOUT ROWID;
"""


class _Knock(msgspec.Struct):
    imp_uid: str
    merchant_uid: str


class _Payment(msgspec.Struct):
    imp_uid: str
    merchant_uid: str
    amount: int
    status: str


class _Answer(msgspec.Struct):
    code: int
    response: _Payment


_decode = msgspec.json.Decoder(_Answer).decode


class _Floor:
    def __init__(self, gateway_url: str, database: str, orders: int) -> None:
        self._gateway_url = gateway_url
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._open, database, orders).result()

    def _open(self, database: str, orders: int) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        rows = [(f"bench-{number:07}", 1000, "pending", 0) for number in range(orders)]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        body = {"imp_key": "sandbox-key", "imp_secret": "sandbox-secret"}
        async with self._session.post(f"{self._gateway_url}/users/getToken", json=body) as answer:
            token = (await answer.json())["response"]["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    async def stop(self) -> None:
        await self._session.close()

    async def complete(self, data: _Knock) -> dict[str, str]:
        loop = asyncio.get_running_loop()
        amount, _status = await loop.run_in_executor(self._thread, self._read, data.merchant_uid)
        url = f"{self._gateway_url}/payments/{data.imp_uid}"
        async with self._session.get(url, headers=self._headers) as answer:
            payment = _decode(await answer.read()).response
        if payment.amount != amount or payment.status != "paid":
            return {"status": "forgery", "message": "위조된 결제시도"}
        await loop.run_in_executor(self._thread, self._write, payment)
        return {"status": "success", "message": "일반 결제 성공"}

    def _read(self, order_id: str) -> Any:
        query = "SELECT amount, status FROM orders WHERE order_id = ?"
        return self._connection.execute(query, (order_id,)).fetchone()

    def _write(self, payment: _Payment) -> None:
        execute = self._connection.execute
        order_id = payment.merchant_uid
        execute("BEGIN IMMEDIATE")
        execute("UPDATE orders SET status = 'paid', version = 1 WHERE order_id = ?", (order_id,))
        execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?)",
            (payment.imp_uid, order_id, payment.amount, payment.status),
        )
        execute("INSERT INTO history VALUES (?, 1, 'success')", (order_id,))
        execute("COMMIT")


def main(gateway_url: str, database: str, orders: str) -> None:
    """Serves on a free port, with that many orders in a new database."""
    floor = _Floor(gateway_url, database, int(orders))

    @post("/payments/complete", status_code=200)
    async def complete(data: _Knock) -> dict[str, str]:
        return await floor.complete(data)

    app = Litestar(
        [complete], on_startup=[floor.start], on_shutdown=[floor.stop], openapi_config=None
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)  # from here on whoever connects is kept waiting, not refused
    print(f"floor on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", ws="none", log_level="warning"))
    uvloop.run(server.serve(sockets=[listener]))


if __name__ == "__main__":
    main(*sys.argv[1:])
