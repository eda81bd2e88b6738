"""The sweep: compares the gateway's list with the record, whoever told of a payment or nobody."""

from ports.errors import RepositoryUnavailable
from tests.simulation.process import Machine, Process, Unreachable
from tests.simulation.scene import Scene

ACTION = "sweep goes round"
CUT_SHORT = "sweep is cut short"
ACTIONS = (ACTION, CUT_SHORT)


async def go_round(scene: Scene) -> None:
    await scene.passes(0, 400)
    if not await sweep(scene.machine()):
        scene.world.counts[CUT_SHORT] += 1


async def sweep(machine: Machine) -> bool:
    """Whether one round was gone to its end."""
    try:
        return await machine.ask(_sweep)
    except (RepositoryUnavailable, Unreachable):
        return False


async def _sweep(process: Process) -> bool:
    # A gateway that lists nothing has none.
    report = None if process.sweep is None else await process.sweep.run_due()
    return report is not None and report.stopped == ""
