"""Workers: any number, each looking for due tasks from time to time."""

from ports.errors import RepositoryUnavailable
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene

ACTION = "worker works"
ACTIONS = (ACTION,)


async def work(scene: Scene, machine: Machine, rounds: int, *, every_s: float) -> None:
    for _ in range(rounds):
        await scene.passes(0, every_s)
        # A look that finds nothing shows nothing, and costs as much as one that does.
        for _ in range(2):
            if not scene.world.due_by(machine.clock.now()):
                break
            await run_due(machine)


async def run_due(machine: Machine) -> int:
    """How many tasks it was lent; none, if the store or the machine is away."""
    try:
        return await machine.ask(lambda process: process.run_tasks.run_due())
    except (RepositoryUnavailable, Unreachable):
        return 0
