"""The gateway's question before it approves: may this order be charged?"""

from application.confirm_payment import ConfirmQuestion
from application.register_order import Sale
from domain.money import Money
from domain.order import OrderStatus
from ports.errors import PortError
from tests.simulation.process import Unreachable
from tests.simulation.purchase import Purchase
from tests.simulation.scene import Scene

ACTION = "gateway asks to confirm"
VETOED = "confirm is vetoed"
ACTIONS = (ACTION, VETOED)
_OPEN = (OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT)


async def ask(scene: Scene, purchase: Purchase) -> str | None:
    """Why the gateway must not approve, or None."""
    ledger, gateway = scene.world.ledger, scene.world.gateway
    sale, order_id, total = purchase.sale, purchase.order_id, purchase.total
    scene.world.counts[ACTION] += 1
    question = ConfirmQuestion(
        order_id=order_id if gateway.character.hook_names_order else None,
        number=total.number,
        key=gateway.key_of(purchase.payment_id),
    )
    seen_before = len(ledger.chains.get(order_id, ()))
    try:
        veto = await scene.machine().ask(lambda process: process.confirm_payment(question))
    except (PortError, Unreachable):
        # No answer in time stops the payment too.
        return "unreachable"
    if veto is not None:
        scene.world.counts[VETOED] += 1
    elif question.order_id is not None or purchase.payment_id not in gateway.lied_about:
        # Once told of another order, our record looks that one up for a question without.
        _check_consent(scene, sale, order_id, total, seen_before)
    return None if veto is None else str(veto)


def _check_consent(scene: Scene, sale: Sale, order_id: str, total: Money, seen_before: int) -> None:
    """A yes needs an open order of that very amount, at some moment while it was asked."""
    chain = scene.world.ledger.chains.get(order_id, [])
    stood = chain[max(seen_before - 1, 0) :]
    if total.number != sale.amount.number or not any(order.status in _OPEN for order in stood):
        scene.world.ledger.report("I2 confirm lets only an open order be paid", order_id)
