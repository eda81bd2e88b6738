"""The programs under load: started as their users would, watched from outside."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_START_WITHIN_S = 60
_STOP_WITHIN_S = 20
_NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A running program: where it listens, its process, and how soon it was ready."""

    name: str
    url: str
    pid: int
    ready_s: float
    ready_cpu_s: float

    def cpu_s(self) -> float:
        """Processor time used so far by all its threads, in seconds, user and system."""
        return _cpu_s(self.pid)

    def loop_cpu_s(self) -> float:
        """The part of it that the first thread used, in which an event loop runs."""
        return _cpu_s(self.pid, str(self.pid))

    def resident_mb(self) -> float:
        """Memory held now, in megabytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the kernel does not say how much memory is held")


@asynccontextmanager
async def running(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> AsyncIterator[Program]:
    """Runs a command until the block ends; what it prints goes to `log`, its address first."""
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("PAYPROOF")}
    began_s = time.perf_counter()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**inherited, **(environment or {}), "PYTHONUNBUFFERED": "1"},
            cwd=folder,
            stdout=output,
            stderr=output,
        )
    try:
        url = await _address(process, log)
        yield Program(
            name=name,
            url=url,
            pid=process.pid,
            ready_s=time.perf_counter() - began_s,
            ready_cpu_s=_cpu_s(process.pid),
        )
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_WITHIN_S)
        except TimeoutError:
            process.kill()


def python(module: str, *arguments: str, interpreter: str = sys.executable) -> list[str]:
    """The command that runs a module."""
    return [interpreter, "-m", module, *arguments]


def _cpu_s(pid: int, thread: str = "*") -> float:
    # From the scheduler, in nanoseconds: the ticks of `stat` are too coarse for a short round.
    threads = Path(f"/proc/{pid}/task").glob(f"{thread}/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / _NS_PER_S


async def _address(process: asyncio.subprocess.Process, log: Path) -> str:
    """The address in the first line that names one; raises if the program ends before."""
    printed = b""
    give_up_at = time.perf_counter() + _START_WITHIN_S
    while time.perf_counter() < give_up_at and process.returncode is None:
        printed = log.read_bytes()  # noqa: ASYNC240 - a few lines, while nothing is measured
        if url := _address_in(printed):
            return url
        await asyncio.sleep(0.01)
    raise RuntimeError(f"did not start:\n{printed.decode(errors='replace')[-2000:]}")


def _address_in(printed: bytes) -> str | None:
    *lines, _unfinished = printed.decode(errors="replace").split("\n")
    for line in lines:
        if " on http://" in line:
            return "http://" + line.partition(" on http://")[2].strip()
    return None
