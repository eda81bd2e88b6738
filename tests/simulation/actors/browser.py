"""The buyer's page: comes back from the gateway and asks, if need be again, or leaves."""

import asyncio
from dataclasses import replace

from application.register_order import Sale
from application.verify_payment import NOT_SETTLED_NOW, Knock, Settled
from domain.order import Trigger
from ports.errors import RepositoryUnavailable
from tests.simulation.actors.knocks import ask_for_verdict
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene

BROWSER = "browser asks"
REDIRECT = "redirect arrives"
LEAVES = "browser leaves before the answer"
GONE = "browser never comes back"
OMITS = "browser names the payment alone"
WAITS = "browser waits, since another payment may be about to pay"
ACTIONS = (BROWSER, REDIRECT, LEAVES, GONE, OMITS, WAITS)


def come_back(scene: Scene, sale: Sale, payment_id: str, token: str | None = None) -> None:
    """Maybe: some buyers close the window. `token` shows what they have allowed."""
    draw = scene.dice.random()
    if scene.world.gateway.character.approval is not None:
        # Whoever has just allowed it mostly does: nothing is taken without them.
        draw = draw * 0.8 + 0.2
    if draw < 0.3:
        scene.world.counts[GONE] += 1
    elif draw < 0.75:
        scene.act(BROWSER, ask(scene, sale, payment_id, Trigger.BROWSER, token))
    elif draw < 0.93:
        scene.act(REDIRECT, ask(scene, sale, payment_id, Trigger.REDIRECT, token))
    else:
        scene.act(LEAVES, _leave(scene, sale, payment_id, token))


async def ask(
    scene: Scene, sale: Sale, payment_id: str, trigger: Trigger, token: str | None = None
) -> None:
    """Asks until there is an answer that will not change by itself, three times at most."""
    knock = Knock(
        order_id=sale.order_id,
        key=scene.world.gateway.key_of(payment_id),
        trigger=trigger,
        client_token=_token(scene, sale) if trigger is Trigger.BROWSER else None,
        approval_token=token,
    )
    omits = scene.world.gateway.character.page_may_omit_order and scene.dice.chance(0.4)
    await scene.passes(0, 2)
    for _ in range(3):
        machine = scene.machine()
        asked = await _with_its_order(scene, machine, knock) if omits else knock
        verdict = asked and await ask_for_verdict(scene.world, machine, asked)
        if isinstance(verdict, Settled) and verdict.awaits_approval:
            scene.world.counts[WAITS] += 1
            await scene.passes(10, 60)
        elif verdict is not None:
            return
        else:
            await scene.passes(1, 6)


async def _with_its_order(scene: Scene, machine: Machine, knock: Knock) -> Knock | None:
    """The knock of a page that names the payment alone; None if nobody can name its order now."""
    scene.world.counts[OMITS] += 1
    try:
        named = await machine.ask(lambda process: process.name_order(knock.key))
    except (*NOT_SETTLED_NOW, RepositoryUnavailable, Unreachable):
        return None
    return replace(knock, order_id=named) if isinstance(named, str) else None


async def _leave(scene: Scene, sale: Sale, payment_id: str, token: str | None) -> None:
    knock = Knock(
        order_id=sale.order_id,
        key=scene.world.gateway.key_of(payment_id),
        trigger=Trigger.BROWSER,
        approval_token=token,
    )
    asking = scene.world.loop.create_task(ask_for_verdict(scene.world, scene.machine(), knock))
    await scene.passes(0, 0.5)
    asking.cancel()
    await asyncio.wait([asking])


def _token(scene: Scene, sale: Sale) -> str | None:
    """The page has the token that the shop's backend got, if it has got one."""
    chain = scene.world.ledger.chains.get(sale.order_id)
    return None if chain is None else chain[0].client_token
