"""Who is in a seed's run: orders, payments and how they fare, strangers, workers, troubles."""

from datetime import timedelta
from functools import cache

from application.register_order import Sale
from domain.auto_refund import Ceilings
from domain.customer import Customer
from domain.money import Currency, Money
from tests.simulation.actors import (
    buyer,
    operator,
    refunds,
    shop_backend,
    stranger,
    sweep,
    troubles,
    worker,
)
from tests.simulation.character import Character
from tests.simulation.dice import Dice
from tests.simulation.faults import GATEWAY_PORTS, STORE_PORTS, SeededFaults
from tests.simulation.lives import LIVES, PART_REFUND, REFUND, TAKEN_BACK, Step
from tests.simulation.purchase import WAYS_TO_FORGE, Purchase
from tests.simulation.scene import Scene
from tests.simulation.world import Giving
from tests.support.factories import NOON

KRW = Currency("KRW")
PHONE = "010-1234-5678"
Lives = tuple[tuple[str, tuple[Step, ...]], ...]
_FORGERIES = tuple(WAYS_TO_FORGE.items())
_OUTAGES = (
    STORE_PORTS,
    GATEWAY_PORTS,
    ("notifier",),
    ("shop",),
    (*STORE_PORTS, *GATEWAY_PORTS),
)


def enter(scene: Scene, faults: SeededFaults) -> None:
    """Begins every actor of the run. Small runs, many of them: each has an order or two."""
    dice = scene.dice
    character = scene.world.gateway.character
    is_flapping = dice.chance(0.15)
    lives = _lives(is_restless=is_flapping, with_accounts=character.issues_accounts)
    purchases = [
        purchase
        for number in range(1, 3 if dice.chance(0.15) else 2)
        for purchase in _order_with_payments(scene, number, lives)
    ]
    if is_flapping:
        # Questions that take their time meet with what happens meanwhile.
        faults.share_of_quick_answers, scene.pace = 0.1, dice.pick((0.03, 0.08, 0.2, 0.5))
        scene.act(troubles.FLAPPING, troubles.flapping(scene, faults))
    is_busy = is_flapping or dice.chance(0.15 if scene.world.giving is None else 0.6)
    for machine in scene.machines:
        for _ in range(1 + dice.below(2)):
            rounds, every_s = (30, 2.5) if is_busy else (1 + dice.below(4), 20)
            scene.act(worker.ACTION, worker.work(scene, machine, rounds, every_s=every_s))
    if dice.chance(0.4):
        _enter_stranger(scene, dice.pick(purchases))
    if dice.chance(0.2) and character.lists is not None:
        scene.act(sweep.ACTION, sweep.go_round(scene))
    if dice.chance(0.2):
        scene.act(operator.ACTION, operator.look(scene))
    if scene.world.giving is not None:
        _enter_refunds(scene, purchases)
    _enter_troubles(scene, faults, purchases)


@cache
def _lives(*, is_restless: bool, with_accounts: bool) -> Lives:
    """Of restless ones, whatever comes after the money comes soon and is told by webhooks alone."""
    return tuple(
        (name, steps)
        for name, steps in LIVES.items()
        if (not is_restless or steps[-1] in (REFUND, PART_REFUND, TAKEN_BACK))
        and (with_accounts or all(step.account is None for step in steps))
    )


def how_it_gives_back(dice: Dice, character: Character) -> Giving | None:
    """Some shops have us give money back, and some have that done without being asked."""
    if not dice.chance(0.4) or character.refunds is None:
        return None
    return Giving(
        surplus=dice.chance(0.75),
        forged=dice.chance(0.6),
        ceilings=Ceilings(
            per_payment=(Money(amount_minor=dice.pick((500, 5000, 5000)), currency=KRW),),
            per_day=(Money(amount_minor=dice.pick((1000, 1500, 1500, 9000)), currency=KRW),),
        ),
    )


def _enter_refunds(scene: Scene, purchases: list[Purchase]) -> None:
    dice = scene.dice
    for number in range(dice.below(4)):
        wants = refunds.want_back(scene, dice.pick(purchases), number)
        scene.act(refunds.ACTION, wants)
    if dice.chance(0.5):
        scene.act(refunds.APPROVER, refunds.look(scene))


def _enter_troubles(scene: Scene, faults: SeededFaults, purchases: list[Purchase]) -> None:
    dice = scene.dice
    if dice.chance(0.2):
        scene.act(troubles.OUTAGE, troubles.outage(scene, faults, dice.pick(_OUTAGES)))
    if dice.chance(0.1):
        scene.act(troubles.KILL, troubles.kill(scene))
    giving = scene.world.giving
    is_generous = giving is not None and giving.surplus
    if len(scene.sales) > 1 and dice.chance(0.9 if is_generous else 0.3):
        mine, other = dice.pick(purchases), dice.pick(tuple(scene.sales))
        scene.act(troubles.CONFUSION, troubles.confusion(scene, mine.payment_id, other))
    if dice.chance(0.06):
        scene.act(troubles.JUMP, troubles.clock_jump(scene))


def _order_with_payments(scene: Scene, number: int, lives: Lives) -> list[Purchase]:
    dice = scene.dice
    # Orders of one amount can be taken for each other.
    amount = 1000 * (number if scene.amounts_differ else 1)
    sale = a_sale(number, amount, phone=PHONE if dice.chance(0.9) else None)
    scene.sales[sale.order_id] = sale
    scene.world.gateway.order_ids.append(sale.order_id)
    comes_late, again = dice.chance(0.1), dice.chance(0.1)
    registers = shop_backend.register(
        scene, sale, begins_after_s=90 if comes_late else 0.001, again=again
    )
    scene.act(shop_backend.ACTION, registers)
    # The more payments, the dearer the run; where we give back, three share one allowance.
    up_to_one, up_to_two = (0.78, 0.96) if scene.world.giving is None else (0.5, 0.82)
    draw = dice.random()
    how_many = 1 if draw < up_to_one else 2 if draw < up_to_two else 3
    return [_payment(scene, sale, letter, lives) for letter in "abc"[:how_many]]


def _payment(scene: Scene, sale: Sale, letter: str, lives: Lives) -> Purchase:
    dice = scene.dice
    purchase = Purchase(
        payment_id=f"imp_{sale.order_id[-1]}{letter}",
        sale=sale,
        order_id=sale.order_id,
        total=sale.amount,
    )
    character = scene.world.gateway.character
    is_confirmed = dice.chance(0.2) and character.asks_to_confirm
    waits = character.approval is not None and dice.chance(character.approval.share)
    if dice.chance(0.12):
        name, forge = dice.pick(_FORGERIES)
        scene.world.counts[name] += 1
        purchase = forge(purchase)
    name, life = dice.pick(lives)
    scene.world.counts[name] += 1
    living = buyer.live(scene, purchase, life, is_confirmed=is_confirmed, waits=waits)
    scene.act(buyer.ACTION, living)
    scene.purchases.append(purchase)
    return purchase


def _enter_stranger(scene: Scene, victim: Purchase) -> None:
    order_id, payment_id = victim.sale.order_id, victim.payment_id
    other = scene.dice.pick(scene.purchases)
    draw = scene.dice.random()
    if draw < 0.4 and scene.world.gateway.character.webhooks.are_signed and scene.dice.chance(0.6):
        replayed = stranger.replay_webhook(scene, payment_id)
        scene.act(stranger.REPLAYED_WEBHOOK, replayed)
    elif draw < 0.4:
        forged = stranger.forge_webhook(scene, other.order_id, payment_id)
        scene.act(stranger.FORGED_WEBHOOK, forged)
    elif draw < 0.55:
        scene.act(stranger.UNKNOWN_PAYMENT, stranger.show_payment(scene, victim.sale, "imp_none"))
    elif draw < 0.75:
        replay = stranger.show_payment(scene, victim.sale, other.payment_id)
        scene.act(stranger.REPLAY, replay)
    elif draw < 0.95:
        scene.act(stranger.WRONG_TOKEN, stranger.guess_token(scene, victim.sale, payment_id))
    else:
        scene.act(stranger.FLOOD, stranger.flood(scene, order_id, payment_id))


def a_sale(number: int, amount: int = 1000, *, phone: str | None = PHONE) -> Sale:
    """The shop's word on what it sold."""
    return Sale(
        order_id=f"order-{number}",
        amount=Money(amount_minor=amount, currency=KRW),
        customer=Customer(customer_id="customer-1", phone=phone),
        expires_at=NOON + timedelta(hours=1) if number == 2 else None,
    )
