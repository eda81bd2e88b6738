"""Rounds: all contestants stand ready at once and take short turns at the same load.

What else goes on in the machine so falls on all alike, and ratios within a round are fair even
where single numbers are not.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from benchmarks.cases import Case
from benchmarks.contestants import CONTESTANTS, World
from benchmarks.load import Measured, put_under_load
from benchmarks.processes import Program, python, running
from benchmarks.sales import FIRST_VIRTUAL_ACCOUNT, Sale

_IDLE_AFTER_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The cases to run on one database; `new_database` names one for each contestant."""

    database: str
    new_database: Callable[[Path, str], str]
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contestant's turn at one case in one round."""

    database: str
    case: str
    contestant: str
    round: int
    measured: Measured
    gateway_calls: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start of one contestant, on a database of its own."""

    contestant: str
    ready_s: float
    ready_cpu_s: float
    idle_mb: float


class GatewayControl:
    """The stand-in's own address: its counts, and how long it takes."""

    def __init__(self, program: Program, session: aiohttp.ClientSession) -> None:
        self.program = program
        self._session = session

    async def calls(self) -> int:
        """All calls so far, for tokens and for payments."""
        async with self._session.get(f"{self.program.url}/bench/calls") as answer:
            return Counter(await answer.json(content_type=None)).total()

    async def take(self, delay_s: float) -> None:
        """From now on every answer takes so long."""
        async with self._session.get(f"{self.program.url}/bench/delay/{delay_s}") as answer:
            await answer.read()


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[GatewayControl]:
    """The gateway, for all contestants."""
    async with (
        running("gateway", python("benchmarks.gateway"), log=folder / "gateway.log") as program,
        aiohttp.ClientSession() as session,
    ):
        yield GatewayControl(program, session)


async def take_turns(
    course: Course,
    contestants: Sequence[str],
    *,
    rounds: int,
    interpreter: str,
    tell: Callable[[str], None],
) -> list[Run]:
    """Every case for every contestant, in `rounds` rounds after one that warms up."""
    runs: list[Run] = []
    database, cases = course.database, course.cases
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="payproof-bench-")))
        control = await stack.enter_async_context(gateway(folder))
        cards, accounts = (_numbers(cases, rounds, by_transfer) for by_transfer in (False, True))
        world = World(
            folder=folder,
            gateway_url=control.program.url,
            interpreter=interpreter,
            cards=cards,
            accounts=accounts,
        )
        programs = {}
        for name in contestants:
            tell(f"{database}: {name} starts")
            start = CONTESTANTS[name](world, course.new_database(folder, name))
            programs[name] = await stack.enter_async_context(start)
        sales = _Sales()
        for number in range(rounds + 1):
            asked: dict[str, list[Sale]] = {}
            for case in cases:
                tell(f"{database}: round {number} of {rounds}, {case.title}")
                asked[case.name] = asked[case.of] if case.of else sales.take(case)
                # Each begins a round as often as any other.
                for name in _rotated(contestants, number):
                    run = await _turn(
                        database, case, programs[name], asked[case.name], control, number
                    )
                    runs.append(run)
    return [run for run in runs if run.round > 0]


async def _turn(
    database: str,
    case: Case,
    program: Program,
    sales: Sequence[Sale],
    control: GatewayControl,
    number: int,
) -> Run:
    await control.take(case.gateway_delay_s)
    calls_before = await control.calls()
    questions = [case.ask(sale, program.name) for sale in sales]
    measured = await put_under_load(program, questions, at_once=case.at_once, rest_s=case.rest_s)
    calls = await control.calls() - calls_before
    return Run(
        database=database,
        case=case.name,
        contestant=program.name,
        round=number,
        measured=measured,
        gateway_calls=calls / len(questions),
    )


async def start_each(
    contestants: Sequence[str], *, times: int, interpreter: str, tell: Callable[[str], None]
) -> list[Start]:
    """Starts each contestant that often, alone and on an empty database."""
    starts = []
    with TemporaryDirectory(prefix="payproof-bench-") as name:
        async with gateway(Path(name)) as control:
            for number in range(times):
                for contestant in contestants:
                    tell(f"start {number + 1} of {times}, {contestant}")
                    folder = Path(name) / f"{number}-{contestant}"
                    folder.mkdir()
                    world = World(
                        folder=folder,
                        gateway_url=control.program.url,
                        interpreter=interpreter,
                        cards=1,
                        accounts=0,
                    )
                    database = str(folder / "bench.db")
                    async with CONTESTANTS[contestant](world, database) as program:
                        await asyncio.sleep(_IDLE_AFTER_S)
                        starts.append(
                            Start(
                                contestant=contestant,
                                ready_s=program.ready_s,
                                ready_cpu_s=program.ready_cpu_s,
                                idle_mb=program.resident_mb(),
                            )
                        )
    return starts


class _Sales:
    """Hands out sales that were not asked about before."""

    def __init__(self) -> None:
        self._next_card = 0
        self._next_account = FIRST_VIRTUAL_ACCOUNT

    def take(self, case: Case) -> list[Sale]:
        first = self._next_account if case.by_transfer else self._next_card
        after = first + case.requests
        if case.by_transfer:
            self._next_account = after
        else:
            self._next_card = after
        return [Sale(number) for number in range(first, after)]


def _numbers(cases: Sequence[Case], rounds: int, by_transfer: bool) -> int:
    """How many sales of that kind all rounds together need."""
    return (rounds + 1) * sum(
        case.requests for case in cases if case.of is None and case.by_transfer is by_transfer
    )


def _rotated(names: Sequence[str], by: int) -> Sequence[str]:
    by %= len(names)
    return [*names[by:], *names[:by]]
