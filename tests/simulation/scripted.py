"""What goes wrong in a scenario: what its script says, and nothing by chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.simulation.faults import AWAY
from tests.simulation.loop import let_others_run
from tests.simulation.port_calls import Fault, Spot


@dataclass(slots=True)
class ScriptedFates:
    """Nothing goes wrong but what the script says, and the deaths at calls of these numbers."""

    deaths: Mapping[int, Fault] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    # By the name of a call: what befalls the next one.
    once: dict[str, Fault] = field(default_factory=dict)
    calls: int = 0
    died: int = 0

    async def step(self) -> None:
        """Where an actor of a script may have to let another one go first."""

    def stop(self) -> None:
        """From now on nothing goes wrong."""
        self.deaths = {}
        self.away.clear()
        self.once.clear()

    async def before(self, spot: Spot, number: int, /) -> Fault | None:
        await let_others_run()
        self.calls = max(self.calls, number)
        if number in self.deaths:
            self.died += 1
            return self.deaths[number]
        if spot.port in self.away:
            return AWAY[spot.port]
        return self.once.pop(spot.name, None)

    async def after(self, spot: Spot, /) -> None:
        await let_others_run()

    async def on_the_wire(self, _payment_id: str, /) -> bool:
        await let_others_run()
        return False
