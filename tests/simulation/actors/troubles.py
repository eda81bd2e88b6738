"""Troubles that last: outages, machines that are killed, clocks that jump."""

from datetime import timedelta

from application.verify_payment import Knock
from domain.order import Trigger
from tests.simulation.actors.knocks import ask_for_verdict
from tests.simulation.faults import GATEWAY_PORTS, SeededFaults
from tests.simulation.scene import Scene

OUTAGE = "outage begins"
FLAPPING = "gateway comes and goes"
KILL = "machine is killed"
JUMP = "clock is set wrong"
CONFUSION = "gateway takes a payment for another order's"
JUMP_AHEAD = "clock jumps ahead"
JUMP_BACK = "clock jumps back"
CLOCK_MENDED = "clock is set right"
ACTIONS = (OUTAGE, FLAPPING, KILL, JUMP, CONFUSION, JUMP_AHEAD, JUMP_BACK, CLOCK_MENDED)


async def outage(scene: Scene, faults: SeededFaults, ports: tuple[str, ...]) -> None:
    """The ports answer nothing for a while."""
    await scene.passes(0, 60)
    faults.away.update(ports)
    await scene.passes(1, 90)
    faults.away.difference_update(ports)


async def flapping(scene: Scene, faults: SeededFaults) -> None:
    """The gateway comes and goes: it answers one, and a moment later not the next."""
    for _ in range(12):
        await scene.passes(0, 6)
        faults.away.update(GATEWAY_PORTS)
        await scene.passes(0, 6)
        faults.away.difference_update(GATEWAY_PORTS)


async def kill(scene: Scene) -> None:
    await scene.passes(0, 90)
    scene.machine().kill()


async def confusion(scene: Scene, payment_id: str, order_id: str) -> None:
    """For a while the gateway takes a payment for one of another order, and somebody asks."""
    await scene.passes(0, 30)
    confused = scene.world.gateway.confused
    confused[payment_id] = order_id
    key = scene.world.gateway.key_of(payment_id)
    knock = Knock(order_id=order_id, key=key, trigger=Trigger.BROWSER)
    await ask_for_verdict(scene.world, scene.machine(), knock)
    await scene.passes(0, 10)
    del confused[payment_id]


async def clock_jump(scene: Scene) -> None:
    """One machine's clock is set wrong, and mostly right again."""
    machine, ahead = scene.machine(), scene.dice.chance(0.5)
    await scene.passes(0, 90)
    scene.world.counts[JUMP_AHEAD if ahead else JUMP_BACK] += 1
    seconds = scene.dice.between(1, 4000)
    machine.set_clock(timedelta(seconds=seconds if ahead else -seconds))
    await scene.passes(1, 300)
    if scene.dice.chance(0.7):
        scene.world.counts[CLOCK_MENDED] += 1
        machine.set_clock(timedelta())
