"""The load: so many buyers at once, each asking again as soon as it is answered.

Raw sockets and ready-made requests, so that a request costs the load a tenth of what it costs the
program under load.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from benchmarks.processes import Program

_GIVE_UP_AFTER_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one round of the load cost the program that answered it."""

    requests: int
    errors: int
    cpu_us: float
    per_s: float
    p50_ms: float
    p99_ms: float
    resident_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, ready to be sent, and what its answer must hold."""

    request: bytes
    expected: bytes


def post(path: str, body: bytes, expected: bytes, headers: str = "") -> Question:
    """A question by POST, in JSON; its answer must be a success and hold those bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return Question(request=head.encode() + body, expected=expected)


async def put_under_load(
    program: Program, questions: Sequence[Question], *, at_once: int, rest_s: float = 0.0
) -> Measured:
    """Asks every question once; any answer but the expected one is counted as an error.

    `rest_s` is the time given to what the program does after it has answered.
    """
    crowd = _Crowd(iter(questions), min(at_once, len(questions)))
    host, _, port = program.url.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    buyers = [
        (await loop.create_connection(crowd.buyer, host, int(port)))[1]
        for _ in range(crowd.at_once)
    ]
    began_cpu_s, began_s = program.cpu_s(), time.perf_counter()
    for buyer in buyers:
        buyer.ask_next()
    try:
        async with asyncio.timeout(_GIVE_UP_AFTER_S):
            await crowd.finished
    except Exception as error:
        error.add_note(f"while {program.name} was asked")
        raise
    took_s = time.perf_counter() - began_s
    if rest_s:
        await asyncio.sleep(rest_s)
    cpu_s = program.cpu_s() - began_cpu_s
    latencies_s = sorted(crowd.latencies_s)
    return Measured(
        requests=len(questions),
        errors=crowd.errors,
        cpu_us=cpu_s / len(questions) * 1e6,
        per_s=len(questions) / took_s,
        p50_ms=latencies_s[len(latencies_s) // 2] * 1e3,
        p99_ms=latencies_s[len(latencies_s) * 99 // 100] * 1e3,
        resident_mb=program.resident_mb(),
    )


class _Crowd:
    """All buyers of one round, and what they saw."""

    def __init__(self, questions: Iterator[Question], at_once: int) -> None:
        self.questions = questions
        self.at_once = at_once
        self.latencies_s: list[float] = []
        self.errors = 0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._busy = at_once

    def buyer(self) -> "_Buyer":
        return _Buyer(self)

    def leave(self) -> None:
        self._busy -= 1
        if self._busy == 0 and not self.finished.done():
            self.finished.set_result(None)

    def fail(self, reason: str) -> None:
        if not self.finished.done():
            self.finished.set_exception(RuntimeError(reason))


class _Buyer(asyncio.Protocol):
    """One connection, with one question open at a time."""

    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._received = b""
        self._question: Question | None = None
        self._asked_at_s = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def ask_next(self) -> None:
        self._question = next(self._crowd.questions, None)
        if self._question is None:
            self._transport.close()
            self._crowd.leave()
            return
        self._asked_at_s = time.perf_counter()
        self._transport.write(self._question.request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or self._question is None:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        self._crowd.latencies_s.append(time.perf_counter() - self._asked_at_s)
        self._received = b""
        if head[9:12] not in (b"200", b"201") or self._question.expected not in body:
            self._crowd.errors += 1
        self.ask_next()

    def connection_lost(self, error: Exception | None) -> None:
        if self._question is not None:
            self._crowd.fail(f"the line broke: {error}")
