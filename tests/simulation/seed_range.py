"""A range of seeds on all cores: in blocks, so that it can be stopped and taken up again."""

import json
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tests.simulation.garbage import cleared
from tests.simulation.run import run_seed
from tests.support.code_digest import digest_of

BLOCK = 250
_SOURCES = ("domain", "ports", "application", "adapters/memory", "tests/simulation")


@dataclass(frozen=True, slots=True)
class Block:
    """What came of some seeds in a row; `cpu_s` is what they cost."""

    first_seed: int
    seeds: int
    counts: dict[str, int]
    failures: list[tuple[int, str]]
    cpu_s: float


@dataclass(slots=True)
class Progress:
    """How far a range has come. Kept in a file, it lets the next call go on from there."""

    start: int
    seeds: int
    gateway: str
    code: str
    done: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    seeds_done: int = 0
    cpu_s: float = 0.0

    def add(self, block: Block) -> None:
        self.done.add(block.first_seed)
        self.counts.update(block.counts)
        self.failures += block.failures
        self.seeds_done += block.seeds
        self.cpu_s += block.cpu_s

    def blocks_left(self) -> Iterator[tuple[int, int]]:
        """The first seed and the size of each block that is still to be run."""
        end = self.start + self.seeds
        for first in range(self.start, end, BLOCK):
            if first not in self.done:
                yield first, min(BLOCK, end - first)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "start": self.start,
            "seeds": self.seeds,
            "gateway": self.gateway,
            "code": self.code,
            "done": sorted(self.done),
            "counts": dict(sorted(self.counts.items())),
            "failures": self.failures,
            "seeds_done": self.seeds_done,
            "cpu_s": round(self.cpu_s, 1),
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, start: int, seeds: int, gateway: str) -> "Progress":
        """What a call before this one left, if it was about the same seeds of the same code."""
        fresh = cls(start=start, seeds=seeds, gateway=gateway, code=digest_of_code())
        with suppress(OSError, ValueError, KeyError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            same = (start, seeds, gateway, fresh.code)
            if (kept["start"], kept["seeds"], kept["gateway"], kept["code"]) == same:
                fresh.done = set(kept["done"])
                fresh.counts = Counter(kept["counts"])
                fresh.failures = [(seed, what) for seed, what in kept["failures"]]
                fresh.seeds_done, fresh.cpu_s = kept["seeds_done"], kept["cpu_s"]
        return fresh


def digest_of_code() -> str:
    """Names the code that the seeds are runs of: with other code they are other runs."""
    return digest_of(*_SOURCES)


def run_block(first_seed: int, seeds: int, gateway: str) -> Block:
    """Runs some seeds in a row in this process."""
    counts: Counter[str] = Counter()
    failures: list[tuple[int, str]] = []
    began_s = time.process_time()
    for seed in cleared(range(first_seed, first_seed + seeds)):
        try:
            result = run_seed(seed, gateway)
        except Exception:  # noqa: BLE001 - told as a failure of that seed, with its traceback
            failures.append((seed, traceback.format_exc()))
            continue
        counts.update(result.counts)
        if result.violations:
            failures.append((seed, str(result.violations[0])))
    return Block(first_seed, seeds, dict(counts), failures, time.process_time() - began_s)


def run_blocks(blocks: Iterable[tuple[int, int]], gateway: str, jobs: int) -> Iterator[Block]:
    """Runs blocks in so many processes; each as it ends, in any order."""
    remaining = iter(blocks)
    with ProcessPoolExecutor(jobs) as pool:
        running: set[Future[Block]] = set()
        try:
            while True:
                for first, seeds in islice(remaining, 2 * jobs - len(running)):
                    running.add(pool.submit(run_block, first, seeds, gateway))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for each in ended:
                    yield each.result()
        finally:
            pool.shutdown(cancel_futures=True)
