"""The floor: the least a verification can cost on this stack, with nothing proved or kept safe.

A bare Litestar handler, one question by raw aiohttp with a token it never renews, and the same two
database steps with the same durability; on SQLite, writes that wait at once share a commit.
"""

import socket
import sys

import aiohttp
import msgspec
import uvicorn
import uvloop
from litestar import Litestar, post

from benchmarks.records import Payment, Records, records_in

_SUCCESS = {"status": "success", "message": "일반 결제 성공"}
_ISSUED = {"status": "vbankIssued", "message": "가상계좌 발급 성공"}
_FORGERY = {"status": "forgery", "message": "위조된 결제시도"}


class _Knock(msgspec.Struct):
    imp_uid: str
    merchant_uid: str


class _Question(msgspec.Struct):
    merchant_uid: str
    amount: int


class _Payment(msgspec.Struct):
    imp_uid: str
    merchant_uid: str
    amount: int
    status: str
    vbank_num: str | None


class _Answer(msgspec.Struct):
    code: int
    response: _Payment


_decode = msgspec.json.Decoder(_Answer).decode


class _Floor:
    def __init__(self, gateway_url: str, records: Records) -> None:
        self._gateway_url = gateway_url
        self._records = records

    async def start(self) -> None:
        self._session = aiohttp.ClientSession()
        body = {"imp_key": "bench-key", "imp_secret": "bench-secret"}
        async with self._session.post(f"{self._gateway_url}/users/getToken", json=body) as answer:
            token = (await answer.json())["response"]["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    async def stop(self) -> None:
        await self._session.close()

    async def complete(self, knock: _Knock) -> dict[str, str]:
        found = await self._records.read(knock.merchant_uid)
        if found is None or found[1] == "paid":
            return _SUCCESS if found else _FORGERY
        url = f"{self._gateway_url}/payments/{knock.imp_uid}"
        async with self._session.get(url, headers=self._headers) as answer:
            payment = _decode(await answer.read()).response
        if payment.amount != found[0]:
            return _FORGERY
        await self._records.write(
            Payment(
                order_id=payment.merchant_uid,
                payment_id=payment.imp_uid,
                amount=payment.amount,
                status=payment.status,
                account=payment.vbank_num,
            )
        )
        return _SUCCESS if payment.status == "paid" else _ISSUED

    async def confirm(self, question: _Question) -> dict[str, str]:
        found = await self._records.read(question.merchant_uid)
        return _SUCCESS if found == (question.amount, "pending") else _FORGERY


def _app(floor: _Floor) -> Litestar:
    @post("/payments/complete", status_code=200)
    async def complete(data: _Knock) -> dict[str, str]:
        return await floor.complete(data)

    @post("/webhooks/portone-v1", status_code=200)
    async def receive(data: _Knock) -> dict[str, str]:
        return await floor.complete(data)

    @post("/confirm/portone-v1", status_code=200)
    async def confirm(data: _Question) -> dict[str, str]:
        return await floor.confirm(data)

    return Litestar(
        [complete, receive, confirm],
        on_startup=[floor.start],
        on_shutdown=[floor.stop],
        openapi_config=None,
    )


async def _serve(gateway_url: str, database: str, cards: int, accounts: int) -> None:
    records = records_in(database, shares_commits=True)
    await records.open(cards, accounts)
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        _app(_Floor(gateway_url, records)),
        http="httptools",
        ws="none",
        log_level="warning",
        timeout_keep_alive=60,
    )
    print(f"floor on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
