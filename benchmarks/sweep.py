"""A sweep at full size: `python -m benchmarks.sweep` holds a million payments against our orders.

Both sides agree, but for a few payments that nobody told us of. Printed are the calls that the
gateway was asked, the payments compared each second, and the most memory that was held.
"""

import argparse
import asyncio
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells, microseconds
from adapters.sqlite.connection import connect
from adapters.sqlite.rows import history_cells, order_cells, payment_cells
from benchmarks.processes import running
from domain.history_chain import begun
from domain.money import Currency, Money
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from sandbox.portone_v1 import DEFAULT_KEY, DEFAULT_SECRET, SandboxControl

_AMOUNT = Money(amount_minor=1000, currency=Currency("KRW"))
_DAYS = 30
_BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many payments there are, and each how manieth of them we were never told of."""

    payments: int
    untold_every: int

    def is_untold(self, number: int) -> bool:
        return number % self.untold_every == self.untold_every - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep of that size took."""

    payments: int
    differences: int
    seconds: float
    cpu_s: float
    calls: dict[str, int]
    peak_mb: float
    unpaid_after: int

    def text(self) -> str:
        calls = "".join(f"\n  {name:<34}{n:,}" for name, n in sorted(self.calls.items()))
        return (
            f"payments each second  {self.payments / self.seconds:,.0f} ({self.seconds:.1f} s)\n"
            f"  of processor time   {self.payments / self.cpu_s:,.0f} ({self.cpu_s:.1f} s)\n"
            f"calls                 {sum(self.calls.values()):,} with {self.differences:,} "
            f"differences{calls}\n"
            f"most memory held      {self.peak_mb:.0f} MB\n"
            f"orders not paid       {self.unpaid_after:,}"
        )


def fill(path: Path, size: Size, since: datetime) -> None:
    """Writes the orders; not durably, for nobody relies on it.

    All are alike but for ids and times, so that a million take a minute. Their history is not
    chained anew for each: a sweep does not look at it.
    """
    open_order = begun(
        Order(
            order_id="order-0000000",
            amount=_AMOUNT,
            client_token="token-of-this-buyer-0123",
            created_at=since,
        )
    )
    payment = Payment(
        key=PaymentKey(gateway="portone-v1", payment_id="imp_000000000001"),
        order_id=open_order.order_id,
        mode=Mode.LIVE,
        status=PaymentStatus.PAID,
        total=_AMOUNT,
        cancelled=replace(_AMOUNT, amount_minor=0),
        evidence="0" * 64,
        method="card",
        paid_at=since,
    )
    policy = Policy(mode=Mode.LIVE)
    paid = settle(open_order, payment, since, policy, trigger=Trigger.WEBHOOK).order
    unpaid_cells, paid_cells = order_cells(open_order), order_cells(paid)
    of_payment, of_entry = payment_cells(paid, 0), history_cells(paid.order_id, paid.history[0])
    connection = connect(path, 5.0)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    for first in range(0, size.payments, _BATCH):
        orders: list[Cells] = []
        payments: list[Cells] = []
        entries: list[Cells] = []
        for number in range(first, min(first + _BATCH, size.payments)):
            # As the sandbox spreads them: evenly, each at a whole second.
            at = microseconds(since) + _DAYS * 86_400 * number // size.payments * 1_000_000
            ids: Cells = {"order_id": f"order-{number:07d}"}
            imp_uid = f"imp_{number + 1:012d}"
            if size.is_untold(number):
                orders.append(unpaid_cells | ids | {"created_at": at})
                continue
            orders.append(paid_cells | ids | {"created_at": at, "settled_by_payment_id": imp_uid})
            payments.append(of_payment | ids | {"payment_id": imp_uid, "paid_at": at})
            entries.append(of_entry | ids | {"payment_id": imp_uid, "at": at})
        connection.execute("BEGIN")
        connection.executemany(sql.ADD_ORDER, orders)
        connection.executemany(sql.PUT_PAYMENT, payments)
        connection.executemany(sql.ADD_HISTORY, entries)
        connection.execute("COMMIT")
    connection.close()


async def measure(folder: Path, size: Size) -> Swept:
    """Fills both sides and lets `payproof reconcile` compare them."""
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=_DAYS + 1)
    until = since + timedelta(days=_DAYS)
    database = folder / "payproof.db"
    began_s = time.perf_counter()
    await asyncio.to_thread(fill, database, size, since)
    print(f"{size.payments:,} orders written in {time.perf_counter() - began_s:.0f} s", flush=True)
    command = [sys.executable, "-m", "entrypoints.cli", "sandbox", "--port", "0"]
    async with (
        running("sandbox", command, log=folder / "sandbox.log") as sandbox,
        SandboxControl(sandbox.url) as control,
    ):
        await control.generate_payments(
            size.payments, since=int(since.timestamp()), until=int(until.timestamp())
        )
        await control.reset_calls()
        spent_s = await _reconcile(folder, database, sandbox.url, since, until)
        # Of our one child that has ended.
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        calls = await control.calls()
    with sqlite3.connect(database) as connection:
        (unpaid,) = connection.execute(
            "SELECT count(*) FROM orders WHERE status <> 'paid'"
        ).fetchone()
    return Swept(
        payments=size.payments,
        differences=size.payments // size.untold_every,
        seconds=spent_s,
        cpu_s=used.ru_utime + used.ru_stime,
        calls=calls["by_endpoint"],
        peak_mb=used.ru_maxrss / 1024,
        unpaid_after=unpaid,
    )


async def _reconcile(
    folder: Path, database: Path, gateway_url: str, since: datetime, until: datetime
) -> float:
    began_s = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "entrypoints.cli", "reconcile"),
        *("--from", since.isoformat(), "--to", until.isoformat()),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "PAYPROOF_DATABASE_URL": f"sqlite:///{database}",
            "PAYPROOF_PORTONE_V1_BASE_URL": gateway_url,
            "PAYPROOF_PORTONE_V1_API_KEY": DEFAULT_KEY,
            "PAYPROOF_PORTONE_V1_API_SECRET": DEFAULT_SECRET,
            "PAYPROOF_GATEWAY_TIMEOUT_S": "60",
        },
        stderr=(folder / "reconcile.log").open("wb"),
    )
    exit_code = await process.wait()
    print((folder / "reconcile.log").read_text().rstrip(), f"\nexit code {exit_code}")
    return time.perf_counter() - began_s


def main() -> None:
    """Reads the size, measures in a folder of its own, prints what it took and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--untold-every", type=int, default=10_000)
    parser.add_argument("--out", type=Path, default=Path("build/bench/sweep.json"))
    asked = parser.parse_args()
    size = Size(payments=asked.payments, untold_every=asked.untold_every)
    with tempfile.TemporaryDirectory(prefix="payproof-sweep-") as folder:
        swept = asyncio.run(measure(Path(folder), size))
    print(swept.text())
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(asdict(swept), indent=1) + "\n")


if __name__ == "__main__":
    main()
