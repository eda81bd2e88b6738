"""Where the time of a first verification goes: a flame graph of payproof under load.

`python -m benchmarks.flame` writes it as SVG, and as plain counts of stacks beside it. It prints
the share of each part, and how much processor time the event loop took, and how much the threads
beside it: work that is handed to one costs its own time, and the handing over at both ends.
"""

import argparse
import asyncio
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.cases import FIRST
from benchmarks.contestants import CONTESTANTS, World
from benchmarks.load import put_under_load
from benchmarks.rounds import gateway
from benchmarks.sales import Sale
from benchmarks.shares import shares
from tests.support.mongodb_server import running_mongodb

_SAMPLES_PER_S = 1000


async def _record(out: Path, database: str | None, chosen: argparse.Namespace) -> None:
    who, requests = chosen.who, chosen.requests
    with TemporaryDirectory(prefix="payproof-bench-") as name:
        folder = Path(name)
        async with gateway(folder) as control:
            world = World(
                folder=folder,
                gateway_url=control.program.url,
                interpreter=chosen.python,
                cards=requests * 3 + 200,
                accounts=0,
                settings={"PAYPROOF_MONGODB_DRIVER": chosen.driver},
            )
            async with CONTESTANTS[who](world, database or str(folder / "bench.db")) as program:
                numbers = iter(range(world.cards))

                async def verify(count: int) -> None:
                    sales = [Sale(next(numbers)) for _ in range(count)]
                    questions = [FIRST.ask(sale, who) for sale in sales]
                    await put_under_load(program, questions, at_once=FIRST.at_once)

                await verify(200)
                began_s, began_loop_s = program.cpu_s(), program.loop_cpu_s()
                await verify(requests)
                loop_s = program.loop_cpu_s() - began_loop_s
                print(
                    f"{loop_s / requests * 1e6:.0f} µs each in the loop, "
                    f"{(program.cpu_s() - began_s - loop_s) / requests * 1e6:.0f} µs in threads"
                )
                for form, ending in (("flamegraph", "svg"), ("raw", "txt")):
                    async with asyncio.TaskGroup() as group:  # noqa: TID251 - its failure ends all
                        load = group.create_task(verify(requests))
                        target = out.with_suffix(f".{ending}")
                        group.create_task(_watch(program.pid, form, target, load))


async def _watch(pid: int, form: str, out: Path, load: asyncio.Task[None]) -> None:
    spy = await asyncio.create_subprocess_exec(
        *_spy(pid, form, out), stdout=asyncio.subprocess.DEVNULL
    )
    await load
    spy.send_signal(signal.SIGINT)  # it writes what it has
    await spy.wait()
    # Its title is the whole command, with the paths of this machine.
    graph = out.read_text()  # noqa: ASYNC240 - nothing is measured any more
    titled = re.sub(r"/[^<>]*py-spy record [^<>]*", "First verifications", graph)
    out.write_text(titled)  # noqa: ASYNC240


def _spy(pid: int, form: str, out: Path) -> Sequence[str]:
    py_spy = str(Path(sys.executable).with_name("py-spy"))
    # Only who holds the interpreter's lock: to wait for it, or for the disk, takes no processor.
    what = ["--gil", "--pid", str(pid), "--rate", str(_SAMPLES_PER_S), "--duration", "600"]
    return [py_spy, "record", *what, "--format", form, "--output", str(out)]


def main() -> None:
    """Records the graph."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flame", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench/flame.svg"))
    parser.add_argument("--who", default="payproof", choices=tuple(CONTESTANTS))
    parser.add_argument("--database", default="SQLite", choices=("SQLite", "MongoDB"))
    parser.add_argument("--driver", default="motor", choices=("motor", "pymongo-async"))
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--python", default=sys.executable, help="that runs payproof")
    chosen = parser.parse_args()
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        database = None
        if chosen.database == "MongoDB":
            database = stack.enter_context(running_mongodb()).database_url("flame")
        uvloop.run(_record(chosen.out, database, chosen))
    for part, share in shares(chosen.out.with_suffix(".txt").read_text().splitlines()).items():
        print(f"{share:4.0%}  {part}")
    print(f"the graph is {chosen.out}")


if __name__ == "__main__":
    main()
