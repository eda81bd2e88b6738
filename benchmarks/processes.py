"""The programs under load: started as their users would, watched from outside."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_START_WITHIN_S = 20
_STOP_WITHIN_S = 10
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A running program: where it listens, and its process."""

    name: str
    url: str
    pid: int

    def cpu_s(self) -> float:
        """Processor time used so far, in seconds, user and system, all threads."""
        # After the name in brackets, which may hold spaces, come the fields from the third on.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        user_ticks, system_ticks = int(fields[11]), int(fields[12])
        return (user_ticks + system_ticks) / _TICKS_PER_S

    def resident_mb(self) -> float:
        """Memory held now, in megabytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("the kernel does not say how much memory is held")


@asynccontextmanager
async def running(
    name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> AsyncIterator[Program]:
    """Runs `python -m module …` until the block ends; it must print its address first."""
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("PAYPROOF")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env={**inherited, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_START_WITHIN_S):
            url = await _address(process, name)
        yield Program(name=name, url=url, pid=process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), _STOP_WITHIN_S)


async def _address(process: asyncio.subprocess.Process, name: str) -> str:
    if process.stdout is None:
        raise RuntimeError("no output to read from")
    line = (await process.stdout.readline()).decode()
    if "http://" not in line:
        raise RuntimeError(f"{name} did not start")
    return "http://" + line.partition("http://")[2].strip()
