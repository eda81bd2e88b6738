"""The buyer at the gateway: how a payment fares there, whatever payproof hears of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.money import Money
from domain.payment import Payment, PaymentStatus
from domain.virtual_account import VirtualAccount
from tests.simulation.actors import browser, confirm, webhook
from tests.simulation.gateway_model import key_of
from tests.simulation.purchase import Purchase
from tests.simulation.scene import Scene
from tests.simulation.wording import short

ACTION = "buyer pays"
DEPOSIT = "buyer deposits"
LATE_DEPOSIT = "buyer deposits late"
REFUND = "console refunds wholly"
PART_REFUND = "console refunds partly"
TAKEN_BACK = "gateway takes back what it said"
ACTIONS = (ACTION, DEPOSIT, LATE_DEPOSIT, REFUND, PART_REFUND, TAKEN_BACK)
ACCOUNT_OPEN_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Step:
    """The payment's next state, some seconds after the one before it."""

    status: PaymentStatus
    after_s: tuple[float, float] = (0.0, 5.0)
    account: str | None = None
    action: str | None = None


_OPENED = Step(PaymentStatus.OPENED)
_FAILED = Step(PaymentStatus.FAILED)
_PAID = Step(PaymentStatus.PAID)
_UNKNOWN = Step(PaymentStatus.UNKNOWN)
_ACCOUNT = Step(PaymentStatus.AWAITING_DEPOSIT, account="56211234567890")
_OTHER_ACCOUNT = Step(PaymentStatus.AWAITING_DEPOSIT, (1, 300), account="99900011122233")
_DEPOSIT = Step(PaymentStatus.PAID, (1, 1500), action=DEPOSIT)
_LATE_DEPOSIT = Step(PaymentStatus.PAID, (2000, 9000), action=LATE_DEPOSIT)
_REFUND = Step(PaymentStatus.CANCELLED, (0.1, 90), action=REFUND)
_PART_REFUND = Step(PaymentStatus.PARTIALLY_CANCELLED, (0.1, 90), action=PART_REFUND)
_TAKEN_BACK = Step(PaymentStatus.OPENED, (0.1, 60), action=TAKEN_BACK)

# How payments fare, by name.
LIVES: dict[str, tuple[Step, ...]] = {
    "paid by card": (_OPENED, _PAID),
    "paid at once": (_PAID,),
    "fails": (_OPENED, _FAILED),
    "fails, then pays": (_OPENED, _FAILED, _PAID),
    "abandoned": (_OPENED,),
    "in a word we do not know, then paid": (_UNKNOWN, _PAID),
    "account, deposit": (_OPENED, _ACCOUNT, _DEPOSIT),
    "account, another account, deposit": (_ACCOUNT, _OTHER_ACCOUNT, _DEPOSIT),
    "account, no deposit": (_ACCOUNT,),
    "account, late deposit": (_ACCOUNT, _LATE_DEPOSIT),
    "account, deposit, refund": (_ACCOUNT, _DEPOSIT, _REFUND),
    "paid, refunded": (_PAID, _REFUND),
    "paid, refunded in two parts": (_PAID, _PART_REFUND, _REFUND),
    "paid, refunded partly": (_OPENED, _PAID, _PART_REFUND),
    "paid, taken back": (_PAID, _TAKEN_BACK),
}


async def live(
    scene: Scene, purchase: Purchase, life: tuple[Step, ...], *, is_confirmed: bool = False
) -> None:
    """The payment's states one after the other, each with its webhooks and the buyer's page."""
    for step in life:
        await scene.passes(*step.after_s)
        if is_confirmed and step is _PAID:
            status = await confirm.ask(scene, purchase.sale, purchase.order_id, purchase.total)
            step = step if status is None else _FAILED  # noqa: PLW2901 - vetoed
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
    """Makes the step true at the gateway."""
    world = scene.world
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
        cancelled=_cancelled(purchase.total, step.status),
        evidence=f"{purchase.payment_id}:{len(life)}",
        method="card" if account is None else "vbank",
        virtual_account=account,
        paid_at=world.now() if step.status is PaymentStatus.PAID else None,
    )
    if world.trace.wanted:
        world.note(f"at the gateway: {short(payment)}")
    world.gateway.becomes(payment)


def _account(number: str, now: datetime) -> VirtualAccount:
    return VirtualAccount(
        bank_code="088",
        bank_name="신한",
        number=number,
        holder="홍길동",
        due_at=now + ACCOUNT_OPEN_FOR,
    )


def _cancelled(total: Money, status: PaymentStatus) -> Money:
    if status is PaymentStatus.CANCELLED:
        return total
    if status is PaymentStatus.PARTIALLY_CANCELLED:
        return Money(amount_minor=total.amount_minor // 2, currency=total.currency)
    return Money.zero(total.currency)
