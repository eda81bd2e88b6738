"""The operator: looks at what was parked, has it tried again, or drops what is noise."""

from functools import partial

from ports.errors import RepositoryUnavailable
from ports.task_desk import TaskStanding, TaskState
from tests.simulation.process import Machine, Process, Unreachable
from tests.simulation.scene import Scene
from tests.simulation.world import World

ACTION = "operator looks at parked tasks"
RETRY = "operator has a parked task tried again"
DROP = "operator drops a parked task"
ACTIONS = (ACTION, RETRY, DROP)
# Some have it dropped: then it is theirs, and no promise of ours any more.
_MAY_BE_DROPPED = "recheck"


async def look(scene: Scene) -> None:
    await scene.passes(10, 600)
    await decide_on_parked(scene.world, scene.machine(), drops=scene.dice.chance(0.8))


async def decide_on_parked(world: World, machine: Machine, *, drops: bool = False) -> int:
    """How many tasks were parked; each was tried again, or dropped."""
    try:
        parked = await machine.ask(_parked)
    except (RepositoryUnavailable, Unreachable):
        return 0
    for standing in parked:
        task = world.store.tasks[standing.task_id].task
        # Its message may come once more, since a person wants it to.
        world.ledger.excuse(task)
        is_dropped = drops and standing.kind == _MAY_BE_DROPPED
        world.counts[DROP if is_dropped else RETRY] += 1
        if is_dropped:
            world.ledger.dropped.add((task.order_id, task.key))
        try:
            await machine.ask(partial(_decide, standing.task_id, is_dropped))
        except (RepositoryUnavailable, Unreachable):
            continue
    return len(parked)


async def _parked(process: Process) -> list[TaskStanding]:
    return [standing async for standing in process.review_tasks.every(TaskState.PARKED)]


async def _decide(task_id: str, is_dropped: bool, process: Process) -> None:
    if is_dropped:
        await process.review_tasks.drop(task_id, "nobody waits for it")
    else:
        await process.review_tasks.retry(task_id)
