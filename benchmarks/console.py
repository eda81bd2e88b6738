"""`make bench-console`: how long each page of the console takes with a million stored orders.

The real service on a database whose orders are spread over two months, some of which wait, were
forged or paid twice. One operator looks at page after page; measured is what the browser waits
for on this machine, which is the server's time and a little more.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.contestants import CONTESTANTS, PAYPROOF, World
from benchmarks.database_kinds import Kind, add_choices, chosen_kinds
from benchmarks.processes import Program
from benchmarks.rounds import gateway
from benchmarks.spread_orders import LAST_DAYS_US, begin_us, store_in_mongodb, store_in_sqlite

AIM_MS = 50.0
_PASSWORD = "a password of the console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long one page took, over all times that it was asked for, and its processor time."""

    page: str
    p50_ms: float
    p99_ms: float
    most_ms: float
    cpu_ms: float
    kilobytes: float


def pages_of(count: int) -> Mapping[str, str]:
    """Every kind of page, by name; deep in a list is as far as half of all orders."""
    middle, last = f"past-{count // 2:09}", f"past-{count - 1:09}"
    deep = begin_us() + LAST_DAYS_US // 2
    return {
        "overview": "",
        "newest orders": "/orders",
        "newest, deep": f"/orders?list=newest&before={deep}.0.{middle}",
        "waiting": "/orders?list=awaitingDeposit",
        "forgeries": "/orders?list=forged",
        "surplus payments": "/orders?list=surplus",
        "a customer": "/orders?customer=customer-7",
        "search: order": f"/search?q={middle[:-1]}",
        "search: payment": f"/search?q=imp_past{count // 2:09}",
        "search: nothing": "/search?q=nothing-is-called-so",
        "an order": f"/orders/{last}",
        "waiting refunds": "/refunds",
        "parked tasks": "/tasks",
        "waiting tasks": "/tasks?state=waiting",
        "sweeps": "/sweeps",
    }


async def measure(
    kind: Kind, folder: Path, count: int, times: int, tell: Callable[[str], None]
) -> list[Measured]:
    """All pages of a service on so many orders."""
    database = kind.new_database(folder, "console")
    tell(f"{kind.name}: storing {count:,} orders and spreading them")
    store = store_in_mongodb if kind.is_mongodb else store_in_sqlite
    await asyncio.to_thread(store, database, count)
    settings = {"PAYPROOF_CONSOLE_PASSWORD": _PASSWORD, "PAYPROOF_RECONCILE_EVERY_S": "0"}
    async with gateway(folder) as control:
        world = World(
            folder=folder,
            gateway_url=control.program.url,
            interpreter=sys.executable,
            cards=8,
            accounts=0,
            settings=settings,
        )
        async with (
            CONTESTANTS[PAYPROOF](world, database) as program,
            httpx.AsyncClient(base_url=program.url, timeout=60) as client,
        ):
            await _log_in(client)
            pages = {name: f"/console{path}" for name, path in pages_of(count).items()}
            tell("looking")
            # First unmeasured: the stand-in compiles itself while it is asked.
            for path in list(pages.values()) * times:
                await _look(client, path)
            return [
                await _measure(program, client, name, path, times) for name, path in pages.items()
            ]


async def _log_in(client: httpx.AsyncClient) -> None:
    page = await client.get("/console/login")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    fields = {"token": token, "operator": "bench", "password": _PASSWORD}
    answer = await client.post("/console/login", data=fields)
    if answer.status_code != 303:
        raise RuntimeError(f"the login answered {answer.status_code}")


async def _look(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(path)
    if answer.status_code not in (200, 303):
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer


async def _measure(
    program: Program, client: httpx.AsyncClient, name: str, path: str, times: int
) -> Measured:
    took_ms: list[float] = []
    kilobytes = 0.0
    cpu_s = program.cpu_s()
    for _ in range(times):
        began_s = time.perf_counter()
        answer = await _look(client, path)
        took_ms.append((time.perf_counter() - began_s) * 1000)
        kilobytes = len(answer.content) / 1024
    cpu_s = program.cpu_s() - cpu_s
    took_ms.sort()
    return Measured(
        page=name,
        p50_ms=statistics.median(took_ms),
        p99_ms=took_ms[max(0, round(len(took_ms) * 0.99) - 1)],
        most_ms=took_ms[-1],
        cpu_ms=cpu_s * 1000 / times,
        kilobytes=kilobytes,
    )


def table_of(kind: Kind, measured: Sequence[Measured], count: int) -> Table:
    """A row for each page."""
    title = f"Pages of the console with {count:,} orders on {kind.name}, {AIM_MS:.0f} ms wanted"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for heading in ("p50 ms", "p99 ms", "most ms", "CPU ms", "kB", ""):
        table.add_column(heading, justify="right")
    for each in measured:
        mark = "[green]✓[/]" if each.p99_ms <= AIM_MS else "[bold red]✗[/]"
        table.add_row(
            each.page,
            f"{each.p50_ms:.1f}",
            f"{each.p99_ms:.1f}",
            f"{each.most_ms:.1f}",
            f"{each.cpu_ms:.1f}",
            f"{each.kilobytes:.0f}",
            mark,
        )
    return table


def main() -> None:
    """Measures, prints one table and writes the figures."""
    parser = argparse.ArgumentParser(prog="make bench-console", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=100)
    add_choices(parser)
    parser.add_argument("--out", type=Path, default=Path("build/bench/console.json"))
    chosen = parser.parse_args()
    console = Console(stderr=True)
    found: dict[str, list[dict[str, object]]] = {}
    with ExitStack() as stack:
        for kind in chosen_kinds(chosen, stack, console):
            count = chosen.orders if kind.at_most is None else min(chosen.orders, kind.at_most)
            with TemporaryDirectory(prefix="payproof-console-") as folder:
                measured = asyncio.run(
                    measure(kind, Path(folder), count, chosen.times, console.print)
                )
            Console(width=100).print(table_of(kind, measured, count))
            found[kind.name] = [asdict(each) for each in measured]
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
