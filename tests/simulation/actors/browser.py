"""The buyer's page: comes back from the gateway and asks, if need be again, or leaves."""

import asyncio

from application.register_order import Sale
from application.verify_payment import Knock
from domain.order import Trigger
from tests.simulation.actors.knocks import ask_for_verdict
from tests.simulation.gateway_model import key_of
from tests.simulation.scene import Scene

BROWSER = "browser asks"
REDIRECT = "redirect arrives"
LEAVES = "browser leaves before the answer"
GONE = "browser never comes back"
ACTIONS = (BROWSER, REDIRECT, LEAVES, GONE)


def come_back(scene: Scene, sale: Sale, payment_id: str) -> None:
    """Maybe: some buyers close the window."""
    draw = scene.dice.random()
    if draw < 0.3:
        scene.world.counts[GONE] += 1
    elif draw < 0.75:
        scene.act(BROWSER, ask(scene, sale, payment_id, Trigger.BROWSER))
    elif draw < 0.93:
        scene.act(REDIRECT, ask(scene, sale, payment_id, Trigger.REDIRECT))
    else:
        scene.act(LEAVES, _leave(scene, sale, payment_id))


async def ask(scene: Scene, sale: Sale, payment_id: str, trigger: Trigger) -> None:
    """Asks until there is an answer, three times at most."""
    knock = Knock(
        order_id=sale.order_id,
        key=key_of(payment_id),
        trigger=trigger,
        client_token=_token(scene, sale) if trigger is Trigger.BROWSER else None,
    )
    await scene.passes(0, 2)
    for _ in range(3):
        if await ask_for_verdict(scene.world, scene.machine(), knock) is not None:
            return
        await scene.passes(1, 6)


async def _leave(scene: Scene, sale: Sale, payment_id: str) -> None:
    knock = Knock(order_id=sale.order_id, key=key_of(payment_id), trigger=Trigger.BROWSER)
    asking = scene.world.loop.create_task(ask_for_verdict(scene.world, scene.machine(), knock))
    await scene.passes(0, 0.5)
    asking.cancel()
    await asyncio.wait([asking])


def _token(scene: Scene, sale: Sale) -> str | None:
    """The page has the token that the shop's backend got, if it has got one."""
    chain = scene.world.ledger.chains.get(sale.order_id)
    return None if chain is None else chain[0].client_token
