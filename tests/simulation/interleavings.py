"""All orders in which two small actors can take their steps, one after the other.

A step is a call of a port, or a question on its way back from the gateway. Everybody waits before
each; when nobody can go on, one is let go. Which one is a choice, and all choices are tried.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from tests.simulation.ledger import Violation
from tests.simulation.loop import SeededLoop
from tests.simulation.port_calls import Fault, Spot
from tests.simulation.scripted import ScriptedFates
from tests.simulation.stage import Stage, play

Actor = Callable[[Stage], Awaitable[None]]
_ONLY_LOOKS = ("tasks.claim", "strays.walk")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors, and what has happened before they meet.

    Of long stories only the calls of the store, and what the gateway is told to do, are steps.
    """

    before: Actor
    actors: tuple[Actor, Actor]
    are_looks_steps: bool = True


@dataclass(slots=True)
class Gates(ScriptedFates):
    """Lets one step at a time go: by the choices given, then always the first that waits."""

    choices: list[int] = field(default_factory=list)
    # How many could have gone, at each choice made.
    options: list[int] = field(default_factory=list)
    are_shut: bool = False
    are_looks_steps: bool = True
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    async def before(self, spot: Spot, number: int, /) -> Fault | None:
        # A worker claims kind after kind, mostly nothing: its round is one step. A sweep only
        # reads, until it finds something to settle.
        is_look = spot.name in _ONLY_LOOKS or spot.port in ("record", "sweeps")
        if not is_look and (self.are_looks_steps or spot.port != "gateway"):
            await self.step()
        return await ScriptedFates.before(self, spot, number)

    async def on_the_wire(self, payment_id: str, /) -> bool:
        if self.are_looks_steps:
            await self.step()
        return await ScriptedFates.on_the_wire(self, payment_id)

    async def step(self) -> None:
        """Waits to be let go, if the actors have met."""
        if self.are_shut:
            gate = asyncio.get_running_loop().create_future()
            self.waiting.append(gate)
            await gate

    def let_one_go(self) -> bool:
        """Whether anybody waited."""
        if not self.waiting:
            return False
        choice = 0
        if len(self.waiting) > 1:
            made = len(self.options)
            choice = self.choices[made] if made < len(self.choices) else 0
            self.options.append(len(self.waiting))
        gate = self.waiting.pop(choice)
        if not gate.done():
            gate.set_result(None)
        return True


def play_in_order(pair: Pair, choices: list[int]) -> tuple[list[Violation], list[int]]:
    """Plays a pair by these choices; the promises broken, and how many options there were."""
    fates = Gates(choices=choices, are_looks_steps=pair.are_looks_steps)
    loop = SeededLoop(lambda _ready: 0)
    loop.on_idle = fates.let_one_go

    async def script(stage: Stage) -> None:
        await pair.before(stage)
        fates.are_shut, stage.scene.pace = True, 0.0
        await asyncio.gather(*(_begun(actor, stage) for actor in pair.actors))
        fates.are_shut, stage.scene.pace = False, 1.0
        fates.stop()
        await stage.works()

    violations, _ = play(script, fates, loop=loop)
    return violations, fates.options


async def _begun(actor: Actor, stage: Stage) -> None:
    await actor(stage)


def every_order(pair: Pair) -> Iterator[tuple[list[int], list[Violation]]]:
    """Depth first: each order of steps once, with the promises broken in it."""
    choices: list[int] | None = []
    while choices is not None:
        violations, options = play_in_order(pair, choices)
        made = choices + [0] * (len(options) - len(choices))
        yield made, violations
        choices = _next(made, options)


def _next(made: list[int], options: list[int]) -> list[int] | None:
    """The choices of the order after this one; None after the last."""
    for place in reversed(range(len(made))):
        if made[place] + 1 < options[place]:
            return [*made[:place], made[place] + 1]
    return None
