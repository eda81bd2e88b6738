"""The flow in FastAPI with plain httpx, as its documentation would have one write it."""

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.records import Payment, Records, records_in


class Knock(BaseModel):
    """What the buyer's page sends, and the gateway's webhook."""

    imp_uid: str
    merchant_uid: str


class Question(BaseModel):
    """What the gateway asks before it approves."""

    merchant_uid: str
    amount: int


class _Shop:
    """Asks the gateway at each knock, with one client and one token."""

    def __init__(self, gateway_url: str, records: Records) -> None:
        self._client = httpx.AsyncClient(base_url=gateway_url)
        self._records = records

    async def open(self, cards: int, accounts: int) -> None:
        await self._records.open(cards, accounts)
        keys = {"imp_key": "bench-key", "imp_secret": "bench-secret"}
        answer = await self._client.post("/users/getToken", json=keys)
        token = answer.json()["response"]["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    async def close(self) -> None:
        await self._client.aclose()

    async def complete(self, knock: Knock) -> dict[str, str]:
        answer = await self._client.get(f"/payments/{knock.imp_uid}")
        payment: dict[str, Any] = answer.raise_for_status().json()["response"]
        order = await self._records.read(payment["merchant_uid"])
        if order is None or order[0] != payment["amount"]:
            return {"status": "forgery", "message": "위조된 결제시도"}
        await self._records.write(
            Payment(
                order_id=payment["merchant_uid"],
                payment_id=payment["imp_uid"],
                amount=payment["amount"],
                status=payment["status"],
                account=payment["vbank_num"],
            )
        )
        if payment["status"] == "ready":
            print(f"SMS: {payment['vbank_name']} {payment['vbank_num']}", flush=True)
            return {"status": "vbankIssued", "message": "가상계좌 발급 성공"}
        return {"status": "success", "message": "일반 결제 성공"}

    async def confirm(self, question: Question) -> dict[str, str]:
        order = await self._records.read(question.merchant_uid)
        agrees = order == (question.amount, "pending")
        return {"status": "success" if agrees else "forgery", "message": ""}


def create_app(shop: _Shop, cards: int, accounts: int) -> FastAPI:
    """The service over that shop."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await shop.open(cards, accounts)
        yield
        await shop.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/payments/complete")
    async def complete(knock: Knock) -> dict[str, str]:
        return await shop.complete(knock)

    @app.post("/webhooks/portone-v1")
    async def receive(knock: Knock) -> dict[str, str]:
        return await shop.complete(knock)

    @app.post("/confirm/portone-v1")
    async def confirm(question: Question) -> dict[str, str]:
        return await shop.confirm(question)

    return app


def main(gateway_url: str, database: str, cards: str, accounts: str) -> None:
    """Serves on a free port."""
    app = create_app(_Shop(gateway_url, records_in(database)), int(cards), int(accounts))
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"fastapi on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_keep_alive=60)).run(
        sockets=[listener]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
