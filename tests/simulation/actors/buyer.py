"""The buyer at the gateway: how a payment fares there, whatever payproof hears of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.money import Money
from domain.payment import Payment, PaymentStatus
from domain.virtual_account import VirtualAccount
from tests.simulation import lives
from tests.simulation.actors import browser, confirm, webhook
from tests.simulation.gateway_model import key_of
from tests.simulation.lives import Step
from tests.simulation.purchase import Purchase
from tests.simulation.scene import Scene
from tests.simulation.wording import short
from tests.simulation.world import World

ACTION = "buyer pays"
ACTIONS = (ACTION, *lives.ACTIONS)
ACCOUNT_OPEN_FOR = timedelta(minutes=30)


async def live(
    scene: Scene, purchase: Purchase, life: tuple[Step, ...], *, is_confirmed: bool = False
) -> None:
    """The payment's states one after the other, each with its webhooks and the buyer's page."""
    for step in life:
        await scene.passes(*step.after_s)
        if not _can_happen(scene, purchase, step):
            continue
        if is_confirmed and step is lives.PAID:
            status = await confirm.ask(scene, purchase.sale, purchase.order_id, purchase.total)
            step = step if status is None else lives.FAILED  # noqa: PLW2901 - vetoed
        if step.action is not None:
            scene.world.counts[step.action] += 1
        is_early = scene.dice.chance(0.25)
        webhook.announce(scene, purchase.order_id, purchase.payment_id, step.status)
        if is_early:
            # Word of it may come before the gateway's own record shows why, and once more after.
            scene.world.counts[webhook.EARLY] += 1
            await scene.passes(0, 2)
        becomes(scene, purchase, step)
        if is_early and scene.dice.chance(0.5):
            webhook.announce(scene, purchase.order_id, purchase.payment_id, step.status)
        if step.action is None and step.status is not PaymentStatus.OPENED:
            browser.come_back(scene, purchase.sale, purchase.payment_id)


def becomes(scene: Scene, purchase: Purchase, step: Step) -> None:
    """Makes the step true at the gateway, unless that cannot be any more."""
    world = scene.world
    if not _can_happen(scene, purchase, step):
        return
    if step.status in lives.GIVES_BACK:
        _gives_back(world, purchase.payment_id, step)
        return
    life = world.gateway.lives.get(purchase.payment_id, [])
    account = life[-1].virtual_account if life else None
    if step.account is not None:
        account = _account(step.account, world.now())
    payment = Payment(
        key=key_of(purchase.payment_id),
        order_id=purchase.order_id,
        mode=purchase.mode,
        status=step.status,
        total=purchase.total,
        cancelled=Money.zero(purchase.total.currency),
        evidence=f"{purchase.payment_id}:{len(life)}",
        method="card" if account is None else "vbank",
        virtual_account=account,
        paid_at=world.now() if step.status is PaymentStatus.PAID else None,
    )
    if world.trace.wanted:
        world.note(f"at the gateway: {short(payment)}")
    world.gateway.becomes(payment, world.now())


def _account(number: str, now: datetime) -> VirtualAccount:
    return VirtualAccount(
        bank_code="088",
        bank_name="신한",
        number=number,
        holder="홍길동",
        due_at=now + ACCOUNT_OPEN_FOR,
    )


def _can_happen(scene: Scene, purchase: Purchase, step: Step) -> bool:
    """Whether there is money to give back; none is taken back that we are about to give back."""
    world = scene.world
    if step.status in lives.GIVES_BACK:
        return world.gateway.left(purchase.payment_id) is not None
    if step is not lives.TAKEN_BACK:
        return True
    refunds = (refund for order in world.store.orders.values() for refund in order.refunds)
    return not any(refund.key.payment_id == purchase.payment_id for refund in refunds)


def _gives_back(world: World, payment_id: str, step: Step) -> None:
    left = world.gateway.left(payment_id)
    if left is None:
        return
    is_part = step.status is PaymentStatus.PARTIALLY_CANCELLED and left.amount_minor > 1
    payment = world.gateway.gives(
        payment_id, replace(left, amount_minor=left.amount_minor // 2) if is_part else left
    )
    if world.trace.wanted:
        world.note(f"at the gateway: {short(payment)}")
