"""`make bench`: what a verification costs, beside the least it could cost on the same stack."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.load import Measured, Sale, verify_all
from benchmarks.processes import Program, running
from sandbox.portone_v1 import SandboxControl

_API_KEY = "bench-key"
_WARM_UP = 200


async def _measure(peer: str, verifications: int, at_once: int) -> Measured:
    """One run of one peer, on a fresh database and a fresh gateway."""
    count = verifications + _WARM_UP
    sales = [Sale(order_id=f"bench-{n:07}", imp_uid=f"imp_{n:012}") for n in range(count)]
    with tempfile.TemporaryDirectory(prefix="payproof-bench-") as folder:
        async with (
            running("sandbox", "entrypoints.cli", ["sandbox", "--port", "0"], {}) as gateway,
            SandboxControl(gateway.url) as control,
        ):
            await control.create_payments(
                {
                    "merchant_uid": sale.order_id,
                    "imp_uid": sale.imp_uid,
                    "amount": 1000,
                    "status": "paid",
                }
                for sale in sales
            )
            async with _PEERS[peer](gateway.url, folder, sales) as program:
                await verify_all(program, sales[:_WARM_UP], at_once=at_once)
                await control.reset_calls()
                measured = await verify_all(program, sales[_WARM_UP:], at_once=at_once)
                asked = (await control.calls())["by_endpoint"]["GET /payments/{imp_uid}"]
                if asked != verifications:
                    raise RuntimeError(f"{peer} asked the gateway {asked} times")
                return measured


@asynccontextmanager
async def _payproof(gateway_url: str, folder: str, sales: list[Sale]) -> AsyncIterator[Program]:
    environment = {
        "PAYPROOF_API_KEY": _API_KEY,
        "PAYPROOF_DATABASE_URL": f"sqlite:///{folder}/payproof.db",
        "PAYPROOF_PORTONE_V1_BASE_URL": gateway_url,
        "PAYPROOF_PORTONE_V1_API_KEY": "sandbox-key",
        "PAYPROOF_PORTONE_V1_API_SECRET": "sandbox-secret",
    }
    arguments = ["serve", "--port", "0"]
    async with running("payproof", "entrypoints.cli", arguments, environment) as program:
        await _register(program.url, sales)
        yield program


async def _register(url: str, sales: list[Sale]) -> None:
    headers = {"Authorization": f"Bearer {_API_KEY}"}
    left = iter(sales)

    async def shop(session: aiohttp.ClientSession) -> None:
        for sale in left:
            body = {"order_id": sale.order_id, "amount": 1000, "currency": "KRW"}
            async with session.post(f"{url}/orders", json=body) as answer:
                answer.raise_for_status()

    async with aiohttp.ClientSession(headers=headers) as session:
        await asyncio.gather(*(shop(session) for _ in range(8)))


@asynccontextmanager
async def _floor(gateway_url: str, folder: str, sales: list[Sale]) -> AsyncIterator[Program]:
    arguments = [gateway_url, f"{folder}/floor.db", str(len(sales))]
    async with running("floor", "benchmarks.floor", arguments, {}) as program:
        yield program


_PEERS = {"payproof": _payproof, "floor": _floor}


async def _run(verifications: int, at_once: int, rounds: int) -> dict[str, list[Measured]]:
    measured: dict[str, list[Measured]] = {peer: [] for peer in _PEERS}
    turns = [peer for _ in range(rounds) for peer in _PEERS]
    for peer in track(turns, "measuring", console=Console(stderr=True), transient=True):
        measured[peer].append(await _measure(peer, verifications, at_once))
    return measured


def _table(measured: dict[str, list[Measured]]) -> Table:
    table = Table(title="First verification from the browser, durable SQLite", title_justify="left")
    table.add_column("")
    for heading in ("CPU µs each", "to the floor", "a second", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    for peer, runs in measured.items():
        ratios = [
            run.cpu_us / floor.cpu_us for run, floor in zip(runs, measured["floor"], strict=True)
        ]
        table.add_row(
            peer,
            f"{statistics.median(run.cpu_us for run in runs):.0f}",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            f"{statistics.median(run.per_s for run in runs):.0f}",
            f"{statistics.median(run.p50_ms for run in runs):.1f}",
            f"{statistics.median(run.p99_ms for run in runs):.1f}",
        )
    return table


def main() -> None:
    """Runs the benchmark and prints its table; `--json` also writes every run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--verifications", type=int, default=2000, help="in each run")
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each peer, in turn")
    parser.add_argument("--json", type=Path, help="where to write every run")
    chosen = parser.parse_args()
    if not sys.platform.startswith("linux"):
        parser.error("processor time is read from /proc: this needs Linux")
    measured = asyncio.run(_run(chosen.verifications, chosen.at_once, chosen.rounds))
    Console().print(_table(measured))
    if chosen.json:
        runs = {
            peer: [{name: getattr(run, name) for name in run.__slots__} for run in runs]
            for peer, runs in measured.items()
        }
        chosen.json.write_text(json.dumps(runs, indent=2))


if __name__ == "__main__":
    main()
