"""The buyer at the gateway: how a payment fares there, whatever payproof hears of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from domain.money import Money
from domain.payment import Payment, PaymentStatus
from domain.virtual_account import VirtualAccount
from tests.simulation import lives
from tests.simulation.actors import browser, confirm, webhook
from tests.simulation.approvals import Waiting
from tests.simulation.lives import Step
from tests.simulation.purchase import Purchase
from tests.simulation.scene import Scene
from tests.simulation.wording import short
from tests.simulation.world import World

ACTION = "buyer pays"
ALLOWS = "buyer allows what waits for our word"
UNSAID = "our word never comes"
TOO_LATE = "what waits for our word is over"
ACTIONS = (ACTION, *lives.ACTIONS)
APPROVALS = (ALLOWS, UNSAID, TOO_LATE)
# Nobody asks again after that.
_GIVES_UP_AFTER_S = 900.0
_TAKES_MONEY = (PaymentStatus.PAID, PaymentStatus.AWAITING_DEPOSIT)
ACCOUNT_OPEN_FOR = timedelta(minutes=30)


async def live(
    scene: Scene,
    purchase: Purchase,
    life: tuple[Step, ...],
    *,
    is_confirmed: bool = False,
    waits: bool = False,
) -> None:
    """The payment's states one after the other, each with its webhooks and the buyer's page.

    With `waits` no money is taken before we say so.
    """
    for step in life:
        await scene.passes(*step.after_s)
        if not _can_happen(scene, purchase, step):
            continue
        if is_confirmed and step is lives.PAID and await confirm.ask(scene, purchase) is not None:
            step = lives.FAILED  # noqa: PLW2901 - vetoed
        if waits and step.action is None and step.status in _TAKES_MONEY:
            waits = False
            if not await _comes_true_at_our_word(scene, purchase, step):
                return
            continue
        if waits and step is lives.OPENED and not _tells_allowed(scene.world):
            step = lives.ALLOWED  # noqa: PLW2901 - it looks so from the beginning
        if step.action is not None:
            scene.world.counts[step.action] += 1
        await _becomes_and_is_told(scene, purchase, step)
        if step.action is None and step.status is not PaymentStatus.OPENED:
            browser.come_back(scene, purchase.sale, purchase.payment_id)


async def _becomes_and_is_told(scene: Scene, purchase: Purchase, step: Step) -> None:
    """Word of it may come before the gateway's own record shows why, and once more after."""
    told = (purchase.order_id, purchase.payment_id, step.status, step.action)
    is_early = scene.dice.chance(0.25)
    webhook.announce(scene, *told)
    if is_early:
        scene.world.counts[webhook.EARLY] += 1
        await scene.passes(0, 2)
    becomes(scene, purchase, step)
    if is_early and (scene.dice.chance(0.5) or scene.world.gateway.character.lists is None):
        webhook.announce(scene, *told)


async def _comes_true_at_our_word(scene: Scene, purchase: Purchase, step: Step) -> bool:
    """Whether the buyer's page, or whoever else, has us say it."""
    waiting = allow(scene, purchase, step, is_refused=scene.dice.chance(0.08))
    if scene.dice.chance(0.5):
        webhook.announce(scene, purchase.order_id, purchase.payment_id, PaymentStatus.OPENED)
    browser.come_back(scene, purchase.sale, purchase.payment_id, waiting.token)
    await waiting.decided
    status = scene.world.gateway.truth(purchase.payment_id).status
    if status is not PaymentStatus.OPENED:
        webhook.announce(scene, purchase.order_id, purchase.payment_id, status)
    return status is step.status


def allow(scene: Scene, purchase: Purchase, step: Step, *, is_refused: bool = False) -> Waiting:
    """From now on the payment waits for our word, for some time; then it comes to that step."""
    world, loop = scene.world, scene.world.loop
    approvals, approval = world.gateway.approvals, world.gateway.character.approval
    assert approval is not None
    life = world.gateway.lives.get(purchase.payment_id)
    if life is None or not life[-1].awaits_approval:
        becomes(scene, purchase, lives.ALLOWED)
    world.counts[ALLOWS] += 1
    fails = partial(becomes, scene, purchase, lives.FAILED)
    waiting = Waiting(
        happens=partial(becomes, scene, purchase, step),
        refused=fails if is_refused else None,
        token=f"token-of-{purchase.payment_id}" if approval.needs_token else None,
        decided=loop.create_future(),
    )
    approvals.allow(purchase.payment_id, waiting)

    def ends() -> None:
        if waiting.decided.done():
            return
        world.counts[UNSAID] += 1
        if approval.within_s is not None and approvals.is_over(purchase.payment_id):
            world.counts[TOO_LATE] += 1
            fails()
        waiting.decided.set_result(None)

    timer = loop.call_later(approval.within_s or _GIVES_UP_AFTER_S, ends)
    waiting.decided.add_done_callback(lambda _: timer.cancel())
    return waiting


def token_of(world: World, payment_id: str) -> str | None:
    """What the buyer's page was given, once they have allowed it."""
    waiting = world.gateway.approvals.waiting(payment_id)
    return None if waiting is None else waiting.token


def _tells_allowed(world: World) -> bool:
    approval = world.gateway.character.approval
    return approval is None or approval.tells_allowed


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
        key=world.gateway.key_of(purchase.payment_id),
        order_id=purchase.order_id,
        mode=purchase.mode,
        status=step.status,
        total=purchase.total,
        cancelled=Money.zero(purchase.total.currency),
        evidence=f"{purchase.payment_id}:{len(life)}",
        method="card" if account is None else "vbank",
        virtual_account=account,
        paid_at=world.now() if step.status is PaymentStatus.PAID else None,
        awaits_approval=step.awaits_word,
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
