"""Where the actors meet: the world, the machines, the dice, and whoever acts in it."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

from application.register_order import Sale
from tests.simulation.dice import Dice
from tests.simulation.loop import pause
from tests.simulation.process import Machine
from tests.simulation.purchase import Purchase
from tests.simulation.trace import ACTOR
from tests.simulation.world import World


class Scene:
    """One run on its way. Actors start further actors; all have ended before it is over."""

    def __init__(self, world: World, machines: list[Machine], dice: Dice) -> None:
        self.world = world
        self.machines = machines
        self.dice = dice
        # In some runs all happens nearly at once, so that more of it overlaps.
        self.pace = dice.pick((1.0, 1.0, 0.2, 0.01))
        self.amounts_differ = dice.chance(0.5)
        self.sales: dict[str, Sale] = {}
        self.purchases: list[Purchase] = []
        self._acting: list[asyncio.Task[None]] = []

    def act(self, name: str, actor: Coroutine[Any, Any, None]) -> None:
        """Lets an actor begin; `name` is what the counts and the trace call it."""
        self.world.counts[name] += 1
        token = ACTOR.set(name)
        self._acting.append(self.world.loop.create_task(actor))
        ACTOR.reset(token)

    async def play(self) -> None:
        """Returns when every actor has ended, those too that others started."""
        for actor in self._acting:
            await actor

    def machine(self) -> Machine:
        return self.dice.pick(self.machines)

    async def passes(self, low_s: float, high_s: float) -> None:
        """Some time."""
        await pause(self._span(low_s, high_s))

    def spans(self, how_many: int, low_s: float, high_s: float) -> Iterator[float]:
        """So many times, some time, in seconds."""
        return (self._span(low_s, high_s) for _ in range(how_many))

    def _span(self, low_s: float, high_s: float) -> float:
        return self.dice.between(low_s, high_s) * self.pace
