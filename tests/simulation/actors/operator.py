"""The operator: looks at what was parked, and has it tried again."""

from functools import partial

from adapters.memory.store import PARKED
from domain.tasks import Task
from ports.errors import RepositoryUnavailable
from tests.simulation.process import Machine, Process, Unreachable
from tests.simulation.scene import Scene
from tests.simulation.world import World

ACTION = "operator looks at parked tasks"
RETRY = "operator has a parked task tried again"
ACTIONS = (ACTION, RETRY)


async def look(scene: Scene) -> None:
    await scene.passes(10, 600)
    await retry_parked(scene.world, scene.machine())


async def retry_parked(world: World, machine: Machine) -> int:
    """How many tasks were parked and wait again."""
    parked = [record.task for record in world.store.tasks.values() if record.state == PARKED]
    for task in parked:
        world.counts[RETRY] += 1
        world.ledger.excuse(task)
        try:
            await machine.ask(partial(_put, task))
        except (RepositoryUnavailable, Unreachable):
            continue
    return len(parked)


async def _put(task: Task, process: Process) -> None:
    await process.tasks.put(task)
