"""Where the time of a first verification goes: a flame graph of payproof under load.

`python -m benchmarks.flame` writes it as SVG, and as plain counts of stacks beside it.
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
from tests.support.mongodb_server import running_mongodb

_SAMPLES_PER_S = 1000


async def _record(
    out: Path, who: str, requests: int, interpreter: str, database: str | None
) -> None:
    with TemporaryDirectory(prefix="payproof-bench-") as name:
        folder = Path(name)
        async with gateway(folder) as control:
            world = World(
                folder=folder,
                gateway_url=control.program.url,
                interpreter=interpreter,
                cards=requests * 2 + 200,
                accounts=0,
            )
            async with CONTESTANTS[who](world, database or str(folder / "bench.db")) as program:
                numbers = iter(range(world.cards))

                async def verify(count: int) -> None:
                    sales = [Sale(next(numbers)) for _ in range(count)]
                    questions = [FIRST.ask(sale, who) for sale in sales]
                    await put_under_load(program, questions, at_once=FIRST.at_once)

                await verify(200)
                for form, ending in (("flamegraph", "svg"), ("raw", "txt")):
                    async with asyncio.TaskGroup() as group:
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
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--python", default=sys.executable, help="that runs payproof")
    chosen = parser.parse_args()
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        database = None
        if chosen.database == "MongoDB":
            database = stack.enter_context(running_mongodb()).database_url("flame")
        recording = _record(chosen.out, chosen.who, chosen.requests, chosen.python, database)
        uvloop.run(recording)
    print(f"the graph is {chosen.out}")


if __name__ == "__main__":
    main()
