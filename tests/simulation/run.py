"""One seed, one run: the same seed is the same run, on any machine."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.simulation import cast
from tests.simulation.character import CHARACTERS, PORTONE_V1, Character
from tests.simulation.dice import Dice
from tests.simulation.faults import (
    CRASHES,
    FAULT_KINDS,
    KINDS_WITHOUT_APPROVALS,
    UNSTEADY,
    UNSTEADY_WITH_APPROVALS,
    SeededFaults,
)
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.lies import LIES, SeededLiar
from tests.simulation.loop import NeverEnds, NothingToWaitFor, SeededLoop
from tests.simulation.process import Machine
from tests.simulation.rest import come_to_rest
from tests.simulation.scene import Scene
from tests.simulation.trace import Trace
from tests.simulation.world import World

# In place of a gateway's name: each seed draws its own.
ANY = "any"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: the promises broken in it, what it met with, and its trace if wanted."""

    violations: list[Violation]
    counts: Counter[str]
    trace: list[str]


def character_of(seed: int, gateway: str) -> Character:
    """The gateway of that name; of any, the one that the seed draws."""
    if gateway != ANY:
        return CHARACTERS[gateway]
    return Dice(seed ^ 0xA11_0000).pick(tuple(CHARACTERS.values()))


def run_seed(seed: int, gateway: str = PORTONE_V1.name, *, traced: bool = False) -> Result:
    """Plays one seed to its end at that gateway, and checks every promise."""
    character = character_of(seed, gateway)
    dice, order = Dice(seed), Dice(seed ^ 0x5EED_0000)
    loop = SeededLoop(order.below)
    counts: Counter[str] = Counter()
    trace = Trace(wanted=traced)
    faults, liar = _weather(dice, counts, approves=character.approval is not None)
    giving = cast.how_it_gives_back(dice, character)
    world = World(loop, faults, liar, trace, counts, giving, character)

    def restart_after_s() -> float:
        return 0.0 if faults.is_calm else dice.between(0, 30)

    how_many = 2 if dice.chance(0.2) else 1
    machines = [Machine(world, f"m{number + 1}", restart_after_s) for number in range(how_many)]
    scene = Scene(world, machines, dice)

    async def play() -> None:
        cast.enter(scene, faults)
        await scene.play()
        faults.stop()
        liar.rate = 0.0
        await come_to_rest(scene)

    with logs_going_to(world.ledger), ended(loop):
        try:
            loop.run_until_complete(play())
        except (NeverEnds, NothingToWaitFor) as error:
            world.ledger.report("I7 all comes to rest", type(error).__name__)
        except Exception:
            # What follows from a broken promise is no news of its own.
            if not world.ledger.violations:
                raise
    return Result(world.ledger.violations, counts, trace.lines)


def _weather(
    dice: Dice, counts: Counter[str], *, approves: bool
) -> tuple[SeededFaults, SeededLiar]:
    """How much goes wrong: each run meets some kinds only, so that rare ones are not drowned."""
    of_calls = FAULT_KINDS if approves else KINDS_WITHOUT_APPROVALS
    unsteady = UNSTEADY_WITH_APPROVALS if approves else UNSTEADY
    if dice.chance(0.1):
        return SeededFaults(dice, counts, rate=0.0, kinds=frozenset()), SeededLiar(dice, 0.0, ())
    share = dice.between(0.1, 0.9)
    kinds = frozenset(kind for kind in of_calls if dice.chance(share))
    crashes = CRASHES if dice.chance(0.3) else frozenset()
    faults = SeededFaults(
        dice,
        counts,
        rate=dice.between(0, 0.15),
        kinds=kinds | crashes,
        unsteady=unsteady,
    )
    lies = tuple(kind for kind in LIES if dice.chance(0.4)) if dice.chance(0.3) else ()
    return faults, SeededLiar(dice, dice.between(0.02, 0.3), lies)


@contextmanager
def ended(loop: SeededLoop) -> Iterator[None]:
    """Closes the loop; tasks that a dead process left behind are no news."""
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        yield
    finally:
        loop.close()


class _Lines(logging.Handler):
    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def emit(self, record: logging.LogRecord) -> None:
        self._ledger.log_lines.append(record.getMessage())


@contextmanager
def logs_going_to(ledger: Ledger) -> Iterator[None]:
    """Keeps what the service logs in the ledger alone."""
    logger, handler = logging.getLogger("payproof"), _Lines(ledger)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = True
        logger.removeHandler(handler)
