"""`python -m benchmarks.worker`: how many tasks a second one worker delivers, on one core.

The real `payproof worker`, held to one processor core, works off a durable SQLite file that holds
orders as verdicts leave them: the shop has to be told, and half of the buyers. The shop is a
process of its own that answers every event at once. Counted is what the file says is done.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from rich.console import Console
from rich.table import Table

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from domain.customer import Customer
from domain.money import Currency, Money
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from domain.virtual_account import VirtualAccount

_WON = Money(amount_minor=1000, currency=Currency("KRW"))
_POLICY = Policy(mode=Mode.LIVE, tells_shop=True)
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_TO_DO = "SELECT count(*) FROM tasks WHERE state <> 'done' AND kind <> 'depositDeadline'"
_GIVE_UP_AFTER_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run gave: tasks a second from the first to the last, and their cost."""

    tasks: int
    per_s: float
    cpu_us: float


async def _fill(path: Path, n_tasks: int) -> int:
    """Orders with three tasks for every two; how many tasks a worker can deliver now."""
    database = SqliteDatabase(path)
    await database.open()
    try:
        orders = SqliteOrderRepository(database)
        filled = await asyncio.gather(
            *(_keep(orders, number) for number in range(n_tasks * 2 // 3))
        )
    finally:
        await database.close()
    return sum(filled)


async def _keep(orders: SqliteOrderRepository, number: int) -> int:
    now = datetime.now(UTC)
    order = Order(
        order_id=f"bench-{number:07}",
        amount=_WON,
        client_token="token-of-the-benchmark",
        created_at=now,
        customer=Customer(customer_id=f"customer-{number}", phone="010-1234-5678"),
    )
    await orders.add(order, [])
    decision = settle(order, _payment(order, number, now), now, _POLICY, trigger=Trigger.BROWSER)
    await orders.save(decision.order, decision.tasks)
    return sum(task.due_at <= now for task in decision.tasks)


def _payment(order: Order, number: int, now: datetime) -> Payment:
    is_account = number % 2 == 1
    return Payment(
        key=PaymentKey(gateway="portone-v1", payment_id=f"imp_{number:012}"),
        order_id=order.order_id,
        mode=Mode.LIVE,
        status=PaymentStatus.AWAITING_DEPOSIT if is_account else PaymentStatus.PAID,
        total=_WON,
        cancelled=Money.zero(_WON.currency),
        evidence=f"{number:064x}",
        method="vbank" if is_account else "card",
        virtual_account=_account(number, now) if is_account else None,
        paid_at=None if is_account else now,
    )


def _account(number: int, now: datetime) -> VirtualAccount:
    return VirtualAccount(
        bank_code="088",
        bank_name="신한은행",
        number=f"56211{number:09}",
        holder="홍길동",
        due_at=now + timedelta(days=3),
    )


@asynccontextmanager
async def _shop() -> AsyncIterator[tuple[str, Counter[str]]]:
    """A receiver that answers at once, and counts the ids it is shown."""
    heard: Counter[str] = Counter()

    async def hear(request: web.Request) -> web.Response:
        await request.read()
        heard[request.headers["webhook-id"]] += 1
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hooks", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks", heard
    finally:
        await runner.cleanup()


async def _measure(n_tasks: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="payproof-bench-") as folder:
        path = Path(folder) / "payproof.db"
        n_due = await _fill(path, n_tasks)
        async with _shop() as (url, heard), _worker(path, url) as pid:
            with closing(sqlite3.connect(path)) as onlooker:
                measured = await _watch(onlooker, pid, n_due)
        if set(heard.values()) != {1}:
            raise RuntimeError("an event was told more than once")
    return measured


@asynccontextmanager
async def _worker(path: Path, url: str) -> AsyncIterator[int]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PAYPROOF")}
    settings = {
        "PAYPROOF_DATABASE_URL": f"sqlite:///{path}",
        "PAYPROOF_PORTONE_V1_API_KEY": "key",
        "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
        "PAYPROOF_PORTONE_V1_BASE_URL": "http://127.0.0.1:1",
        "PAYPROOF_MERCHANT_WEBHOOK_URL": url,
        "PAYPROOF_MERCHANT_WEBHOOK_SECRET": _SECRET,
        "PAYPROOF_RECONCILE_EVERY_S": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "entrypoints.cli", "worker"),
        env=inherited | settings,
        stdout=DEVNULL,
    )
    # Before it has any thread: those that it starts keep to the same core.
    os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def _watch(onlooker: sqlite3.Connection, pid: int, n_due: int) -> Measured:
    left, began_s, began_cpu_s, before = n_due, 0.0, 0.0, 0
    async with asyncio.timeout(_GIVE_UP_AFTER_S):
        while left:
            await asyncio.sleep(0.02)
            (left,) = onlooker.execute(_TO_DO).fetchone()
            if began_s == 0.0 and left < n_due:
                began_s, began_cpu_s, before = time.perf_counter(), _cpu_s(pid), n_due - left
    n_done = n_due - before
    return Measured(
        tasks=n_due,
        per_s=n_done / (time.perf_counter() - began_s),
        cpu_us=(_cpu_s(pid) - began_cpu_s) / n_done * 1e6,
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Runs the benchmark and prints its table; ends with 1 if a run was slower than wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker", description=__doc__)
    parser.add_argument("--tasks", type=int, default=3000, help="in each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-least", type=float, default=200.0, help="tasks a second, wanted")
    parser.add_argument("--out", type=Path, default=Path("build/bench/worker.json"))
    chosen = parser.parse_args()
    table = Table(title="One worker on one core, durable SQLite", title_justify="left")
    for heading in ("tasks", "a second", "CPU µs each"):
        table.add_column(heading, justify="right")
    runs = [asyncio.run(_measure(chosen.tasks)) for _ in range(chosen.rounds)]
    for run in runs:
        table.add_row(str(run.tasks), f"{run.per_s:.0f}", f"{run.cpu_us:.0f}")
    Console().print(table)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n")
    sys.exit(min(run.per_s for run in runs) < chosen.at_least)


if __name__ == "__main__":
    main()
