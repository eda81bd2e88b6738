"""The gateway for benchmarks: answers like PortOne V1, at a cost that never limits who asks.

Which order a payment is for, and whether it is a card or a virtual account, follows from its id;
so there is nothing to load and nothing to look up. How often it was asked, and how long it takes
to answer, are read and set over HTTP too.
"""

import asyncio
import json
import socket
from collections import Counter
from pathlib import Path
from typing import Final, cast

import uvloop

from benchmarks.sales import is_virtual_account, order_id_of

_FIXTURES: Final = Path(__file__).parents[1] / "tests/fixtures/portone_v1"
_TOKEN: Final = json.dumps(
    {
        "code": 0,
        "message": None,
        "response": {"access_token": "bench-token", "now": 1700000000, "expired_at": 1700001800},
    }
).encode()
_UNKNOWN: Final = b'{"code":1,"message":"unknown","response":null}'
_CARD: Final = "paid_card.json"
_ACCOUNT: Final = "ready_vbank_issued.json"


def _template(fixture: str) -> tuple[bytes, bytes, bytes]:
    """The three parts of an answer, between which the payment's and the order's id stand."""
    answer = json.loads((_FIXTURES / fixture).read_text())
    answer["response"] |= {"imp_uid": "%PAYMENT%", "merchant_uid": "%ORDER%", "amount": 1000}
    if answer["response"]["vbank_date"]:
        answer["response"]["vbank_date"] = 4_000_000_000
    before, _, rest = json.dumps(answer, ensure_ascii=False).partition("%PAYMENT%")
    between, _, after = rest.partition("%ORDER%")
    return before.encode(), between.encode(), after.encode()


class Gateway:
    """What is shared by all connections: the answers, the counts, the delay."""

    def __init__(self) -> None:
        self._card = _template(_CARD)
        self._account = _template(_ACCOUNT)
        self.calls: Counter[str] = Counter()
        self.delay_s = 0.0

    def answer(self, path: bytes) -> tuple[bytes, float]:
        """The body for that path, and the time to wait before it is sent."""
        target = path.partition(b"?")[0].decode("ascii")
        if target == "/users/getToken":
            self.calls["token"] += 1
            return _TOKEN, self.delay_s
        if target.startswith("/payments/"):
            self.calls["payment"] += 1
            return self._payment(target.removeprefix("/payments/")), self.delay_s
        if target == "/bench/calls":
            return json.dumps(self.calls).encode(), 0.0
        if target.startswith("/bench/delay/"):
            self.delay_s = float(target.removeprefix("/bench/delay/"))
            return b"{}", 0.0
        return _UNKNOWN, 0.0

    def _payment(self, payment_id: str) -> bytes:
        before, between, after = self._account if is_virtual_account(payment_id) else self._card
        ids = payment_id.encode(), order_id_of(payment_id).encode()
        return b"".join((before, ids[0], between, ids[1], after))


class _Connection(asyncio.Protocol):
    """Just as much of HTTP/1.1 as the contestants speak."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            _, has_body, after = head.lower().partition(b"content-length:")
            length = int(after.partition(b"\r\n")[0]) if has_body else 0
            if len(rest) < length:
                return
            self._received = rest[length:]
            body, delay_s = self._gateway.answer(head.split(b" ", 2)[1])
            if delay_s:
                asyncio.get_running_loop().call_later(delay_s, self._send, body)
            else:
                self._send(body)

    def _send(self, body: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )


async def _serve() -> None:
    gateway = Gateway()
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(gateway), sock=listener
    )
    print(f"gateway on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
