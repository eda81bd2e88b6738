"""The sweep: looks at every payment that the gateway lists, whoever told of it or nobody."""

from application.verify_payment import Knock
from domain.order import Trigger
from domain.payment import PaymentStatus
from tests.simulation.actors.knocks import ask_for_verdict
from tests.simulation.process import Machine
from tests.simulation.scene import Scene
from tests.simulation.world import World

ACTION = "sweep goes round"
ACTIONS = (ACTION,)


async def go_round(scene: Scene) -> None:
    await scene.passes(0, 400)
    await sweep(scene.world, scene.machine())


async def sweep(world: World, machine: Machine) -> None:
    """One round, by the settle rule."""
    for payment_id in list(world.gateway.lives):
        truth = world.gateway.truth(payment_id)
        knock = Knock(
            order_id=truth.order_id,
            key=truth.key,
            trigger=Trigger.RECONCILE,
            claimed=PaymentStatus.UNKNOWN,
        )
        await ask_for_verdict(world, machine, knock)
