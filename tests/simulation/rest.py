"""After the faults: time passes, the workers work, the operator looks, until nothing waits."""

from datetime import datetime, timedelta

from adapters.memory.store import LEASED, WAITING
from ports.stored_task import StoredTask
from tests.simulation.actors.operator import decide_on_parked
from tests.simulation.actors.refunds import decide_on_waiting
from tests.simulation.actors.sweep import sweep
from tests.simulation.actors.worker import run_due
from tests.simulation.invariants import (
    acknowledged,
    approvals,
    nothing_lost,
    refunds,
    telling,
)
from tests.simulation.loop import pause
from tests.simulation.process import Machine
from tests.simulation.scene import Scene
from tests.simulation.world import World

# How long accounts stay open, and the longest delay between two tries, with its jitter.
REST_WITHIN = timedelta(minutes=40) + timedelta(minutes=80)
MAX_ROUNDS = 300
SHARE_OF_IDLE_SWEEPS = 0.1


async def come_to_rest(scene: Scene) -> None:
    """Lets all come to rest once faults have stopped, and checks what must be true then.

    Twice: what was accepted must be settled by the workers alone; what nobody told of, by a sweep.
    """
    world, machine = scene.world, scene.machines[0]
    for each in scene.machines:
        each.clock.skew = timedelta()
        each.start()
    await work(world, machine)
    if await decide_on_parked(world, machine) > 0:
        await work(world, machine)
    if world.giving is not None and await decide_on_waiting(world, machine, approves=True) > 0:
        await work(world, machine)
    await _until_accounts_are_over(world)
    await work(world, machine)
    acknowledged.check(world)
    acknowledged.check_deadlines(world)
    approvals.check_found(world)
    if world.gateway.character.lists is not None and _has_sweep_to_come(scene):
        await _sweep(world, machine)
        await work(world, machine)
    nothing_lost.check(world, scene.purchases)
    telling.check(world)
    refunds.check(world)
    approvals.check(world)


def _has_sweep_to_come(scene: Scene) -> bool:
    """One that has nothing to find costs a tenth of a run: then some runs are enough to see it."""
    world = scene.world
    has_work = any(nothing_lost.payments_have_their_place(world, scene.purchases))
    return has_work or bool(world.store.strays) or scene.dice.chance(SHARE_OF_IDLE_SWEEPS)


async def _sweep(world: World, machine: Machine) -> None:
    """The first sweep of the next day, which goes furthest back."""
    tomorrow = (world.now() + timedelta(days=1)).replace(hour=0, minute=5)
    await pause((tomorrow - world.now()).total_seconds())
    if not await sweep(machine):
        world.ledger.report("I7 all comes to rest", "a sweep does not get to its end")


async def work(world: World, machine: Machine) -> None:
    """Works until no task waits; reports it if that takes longer than stated."""
    bound = world.now() + REST_WITHIN
    if world.ledger.were_clocks_wrong:
        bound += REST_WITHIN
    waiting, rounds = _waiting(world), 0
    while waiting:
        if not world.due_by(world.now()) or await run_due(machine) == 0:
            await _until_next(world, waiting, bound)
        waiting = _waiting(world)
        rounds += 1
        if rounds > MAX_ROUNDS or world.now() > bound:
            still = ", ".join(sorted(record.task.task_id for record in waiting))
            world.ledger.report("I7 all comes to rest", f"after {rounds} rounds wait {still}")
            return


async def _until_accounts_are_over(world: World) -> None:
    """Time passes until every deadline is behind us."""
    accounts = [life[-1].virtual_account for life in world.gateway.lives.values()]
    ends = [each.due_at for each in accounts if each is not None and each.due_at is not None]
    if ends:
        await pause(max(0.0, (max(ends) - world.now() + acknowledged.GRACE).total_seconds()))


def _waiting(world: World) -> list[StoredTask]:
    return [
        record
        for record in world.store.tasks.values()
        if record.state in (WAITING, LEASED) and not refunds.is_stuck(world, record.task)
    ]


async def _until_next(world: World, waiting: list[StoredTask], bound: datetime) -> None:
    """Until the next task is due; one that was due already waits for another of its lane."""
    now = world.now()
    later = [record.ready_at for record in waiting if record.ready_at > now]
    next_at = min([*later, bound + timedelta(seconds=1)]) if later else now + timedelta(seconds=1)
    await pause((next_at - now).total_seconds())
