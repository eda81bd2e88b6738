"""Workers: any number, each looking for due tasks from time to time."""

from ports.errors import RepositoryUnavailable
from tests.simulation.loop import comes_true
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene

ACTION = "worker works"
ACTIONS = (ACTION,)


async def work(scene: Scene, machine: Machine, rounds: int, *, every_s: float) -> None:
    # A look that finds nothing shows nothing, and costs as much as one that does.
    def is_any_due() -> bool:
        return bool(scene.world.due_by(machine.clock.now()))

    looks_after_s = scene.spans(rounds, 0, every_s)
    while await comes_true(is_any_due, looks_after_s):
        await run_due(machine)
        if is_any_due():
            await run_due(machine)


async def run_due(machine: Machine) -> int:
    """How many tasks it was lent; none, if the store or the machine is away."""
    try:
        return await machine.ask(lambda process: process.run_tasks.run_due())
    except (RepositoryUnavailable, Unreachable):
        return 0
