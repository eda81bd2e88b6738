"""The shop's backend: registers what it sells, as often as it takes."""

from application.register_order import Registered, Sale
from ports.errors import RecordCorrupt, RepositoryUnavailable
from tests.simulation.process import Unreachable
from tests.simulation.scene import Scene

ACTION = "shop registers an order"
AGAIN = "shop registers the same order again"
ACTIONS = (ACTION, AGAIN)


async def register(scene: Scene, sale: Sale, *, begins_after_s: float, again: bool) -> None:
    await scene.passes(0, begins_after_s)
    waits_s = 5.0
    while not await _register_once(scene, sale):
        await scene.passes(0.5, waits_s)
        waits_s *= 2
    if again:
        scene.world.counts[AGAIN] += 1
        await scene.passes(0, 60)
        await _register_once(scene, sale)


async def _register_once(scene: Scene, sale: Sale) -> bool:
    try:
        answer = await scene.machine().ask(lambda process: process.register_order(sale))
    except (RepositoryUnavailable, RecordCorrupt, Unreachable):
        return False
    ledger = scene.world.ledger
    if not isinstance(answer, Registered) or sale.order_id not in ledger.chains:
        ledger.report("I1 the same sale is registered once", sale.order_id)
    return True
