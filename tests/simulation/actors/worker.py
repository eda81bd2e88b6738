"""Workers: any number, each looking for due tasks from time to time."""

from datetime import datetime

from adapters.memory.store import LEASED, WAITING
from ports.errors import RepositoryUnavailable
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene
from tests.simulation.world import World

ACTION = "worker works"
ACTIONS = (ACTION,)


async def work(scene: Scene, machine: Machine, rounds: int, *, every_s: float) -> None:
    for _ in range(rounds):
        await scene.passes(0, every_s)
        # A look that finds nothing shows nothing, and costs as much as one that does.
        for _ in range(2):
            if has_work(scene.world, machine.clock.now()):
                await run_due(machine)


def has_work(world: World, now: datetime) -> bool:
    """Whether any task would be lent."""
    return any(
        record.ready_at <= now and record.state in (WAITING, LEASED)
        for record in world.store.tasks.values()
    )


async def run_due(machine: Machine) -> int:
    """How many tasks it was lent; none, if the store or the machine is away."""
    try:
        return await machine.ask(lambda process: process.run_tasks.run_due())
    except (RepositoryUnavailable, Unreachable):
        return 0
