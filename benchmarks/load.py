"""The load: one first verification for each of many orders, so many at once."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp

from benchmarks.processes import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run of the load cost the program that answered it."""

    verifications: int
    cpu_us: float
    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """An order and the payment made for it."""

    order_id: str
    imp_uid: str


async def verify_all(program: Program, sales: list[Sale], *, at_once: int) -> Measured:
    """Verifies every sale once; every answer must be `success`."""
    latencies_s: list[float] = []
    left = iter(sales)
    async with aiohttp.ClientSession() as session:
        began_cpu_s, began_s = program.cpu_s(), time.perf_counter()
        buyers = (_buyer(session, program.url, left, latencies_s) for _ in range(at_once))
        await asyncio.gather(*buyers)
        took_s, cpu_s = time.perf_counter() - began_s, program.cpu_s() - began_cpu_s
    latencies_s.sort()
    return Measured(
        verifications=len(sales),
        cpu_us=cpu_s / len(sales) * 1e6,
        per_s=len(sales) / took_s,
        p50_ms=latencies_s[len(sales) // 2] * 1e3,
        p99_ms=latencies_s[len(sales) * 99 // 100] * 1e3,
    )


async def _buyer(
    session: aiohttp.ClientSession, url: str, left: Iterator[Sale], latencies_s: list[float]
) -> None:
    for sale in left:
        body = {"imp_uid": sale.imp_uid, "merchant_uid": sale.order_id}
        began_s = time.perf_counter()
        async with session.post(f"{url}/payments/complete", json=body) as answer:
            said = await answer.json()
        latencies_s.append(time.perf_counter() - began_s)
        if said["status"] != "success":
            raise RuntimeError(f"{sale.order_id} was answered {said}")
