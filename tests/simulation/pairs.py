"""Pairs of small actors that meet over one order; `interleavings` tries each in every order."""

from domain.order import Trigger
from domain.tasks import recheck
from tests.simulation.character import STRIPE, TOSS
from tests.simulation.interleavings import Actor, Pair
from tests.simulation.lives import (
    ACCOUNT,
    DEPOSIT,
    OPENED,
    OTHER_ACCOUNT,
    PAID,
    PART_REFUND,
    REFUND,
    Step,
)
from tests.simulation.stage import Stage


def has_come_to(*steps: Step) -> Actor:
    """An order is sold, and a payment of it has come as far as these steps, unseen."""

    async def before(stage: Stage) -> None:
        stage.pays(await stage.sells(), *steps)
        await stage.passes(1)

    return before


def is_settled(*steps: Step) -> Actor:
    """The same, and the browser has asked."""

    async def before(stage: Stage) -> None:
        await stage.browser(stage.pays(await stage.sells(), *steps))
        await stage.passes(1)

    return before


def tells_of(step: Step) -> Actor:
    """At a moment of its own the payment goes on at the gateway, and then its webhook comes."""

    async def actor(stage: Stage) -> None:
        await stage.fates.step()
        stage.goes_on(stage.payment(), step)
        await stage.webhook(stage.payment(), stage.beside())

    return actor


def asks_for_look_at(step: Step) -> Actor:
    """The same, but the webhook could not be settled, and a look is stored for later."""

    async def actor(stage: Stage) -> None:
        await stage.fates.step()
        payment = stage.goes_on(stage.payment(), step)
        key = stage.world.gateway.key_of(payment.payment_id)
        look = recheck(payment.order_id, key, stage.world.now())
        await stage.beside().machine().ask(lambda process: process.tasks.put(look))
        stage.must_see(payment)

    return actor


async def two_paid(stage: Stage) -> None:
    sale = await stage.sells()
    stage.pays(sale, PAID)
    stage.pays(sale, PAID, letter="b")


async def a_look_is_due(stage: Stage) -> None:
    """A webhook came in an outage, and the worker is about to look again."""
    payment = stage.pays(await stage.sells(), PAID)
    stage.fates.away.add("gateway")
    await stage.webhook(payment)
    stage.fates.away.clear()
    await stage.passes(3)


async def a_deadline_is_over(stage: Stage) -> None:
    await stage.browser(stage.pays(await stage.sells(), ACCOUNT))
    await stage.one_round()
    await stage.passes(45 * 60)


async def confused_gateway(stage: Stage) -> None:
    """A payment of the first order, which the gateway will take for one of the second."""
    stage.pays(await stage.sells(1), PAID)
    await stage.sells(2)


async def asked_for_another_order(stage: Stage) -> None:
    payment, second = stage.payment(), stage.world.gateway.order_ids[1]
    await stage.fates.step()
    stage.world.gateway.confused[payment.payment_id] = second
    await stage.browser(payment, stage.beside(), sale=stage.sales[second])
    await stage.fates.step()
    stage.world.gateway.confused.clear()


async def browser(stage: Stage) -> None:
    await stage.browser(stage.payment())


async def browser_of_second(stage: Stage) -> None:
    await stage.browser(stage.payment("b"), stage.beside())


async def browser_on_same_machine(stage: Stage) -> None:
    await stage.browser(stage.payment("b"))


async def webhook(stage: Stage) -> None:
    await stage.webhook(stage.payment(), stage.beside())


async def webhook_on_same_machine(stage: Stage) -> None:
    await stage.webhook(stage.payment())


async def worker(stage: Stage) -> None:
    await stage.fates.step()
    await stage.one_round()


async def another_worker(stage: Stage) -> None:
    await stage.fates.step()
    await stage.one_round(stage.beside())


async def sweep(stage: Stage) -> None:
    await stage.sweeps(stage.beside())


async def confirm(stage: Stage) -> None:
    await stage.confirms(stage.payment("b"))


async def shop_registers(stage: Stage) -> None:
    await stage.register(stage.payment().sale)


async def unregistered(stage: Stage) -> None:
    stage.pays(await stage.sells(registers=False), PAID)


async def two_wait(stage: Stage) -> None:
    """Buyers have allowed two payments of one order, at a gateway that waits for our word."""
    stage.is_at(TOSS)
    sale = await stage.sells()
    stage.allows(stage.pays(sale), PAID)
    stage.allows(stage.pays(sale, letter="b"), PAID)


async def one_waits(stage: Stage) -> None:
    stage.is_at(TOSS)
    stage.allows(stage.pays(await stage.sells()), PAID)
    await stage.passes(1)


async def same_page_by_redirect(stage: Stage) -> None:
    await stage.browser(stage.payment(), stage.beside(), trigger=Trigger.REDIRECT)


async def one_message_is_on_its_way(stage: Stage) -> None:
    stage.is_at(STRIPE)
    payment = stage.pays(await stage.sells(), PAID)
    stage.messages.append(stage.written(payment))


async def message(stage: Stage) -> None:
    await stage.deliver(stage.payment(), stage.messages[0])


async def same_message_beside(stage: Stage) -> None:
    await stage.deliver(stage.payment(), stage.messages[0], stage.beside())


PAIRS: dict[str, Pair] = {
    "browser, webhook": Pair(has_come_to(PAID), (browser, webhook)),
    "browser, webhook on one machine": Pair(has_come_to(PAID), (browser, webhook_on_same_machine)),
    "webhook, the same webhook": Pair(has_come_to(PAID), (webhook, webhook_on_same_machine)),
    "browser, refund and its webhook": Pair(has_come_to(PAID), (browser, tells_of(REFUND))),
    "browser, payment and its webhook": Pair(has_come_to(OPENED), (browser, tells_of(PAID))),
    "browser, another account and its webhook": Pair(
        has_come_to(ACCOUNT), (browser, tells_of(OTHER_ACCOUNT))
    ),
    "partial refund seen, whole refund and its webhook": Pair(
        is_settled(PAID, PART_REFUND), (webhook, tells_of(REFUND))
    ),
    "two payments of one order": Pair(two_paid, (browser, browser_of_second)),
    "two payments of one order on one machine": Pair(two_paid, (browser, browser_on_same_machine)),
    "browser, confirm of a second payment": Pair(two_paid, (browser, confirm)),
    "two workers": Pair(is_settled(PAID), (worker, another_worker)),
    "two workers, one account": Pair(is_settled(ACCOUNT), (worker, another_worker)),
    "a look by the worker, refund and another look asked for": Pair(
        a_look_is_due, (worker, asks_for_look_at(REFUND))
    ),
    "a deadline, a deposit and its webhook": Pair(a_deadline_is_over, (worker, tells_of(DEPOSIT))),
    "sweep, webhook": Pair(has_come_to(PAID), (sweep, webhook)),
    "sweep, refund and its webhook": Pair(is_settled(PAID), (sweep, tells_of(REFUND))),
    "shop registers, webhook": Pair(unregistered, (shop_registers, webhook)),
    "browser, the gateway's mistake": Pair(confused_gateway, (browser, asked_for_another_order)),
    "two payments that wait for our word": Pair(
        two_wait, (browser, browser_of_second), are_looks_steps=False
    ),
    "one payment that waits, and its page twice": Pair(
        one_waits, (browser, same_page_by_redirect), are_looks_steps=False
    ),
    "one payment that waits, and its webhook": Pair(
        one_waits, (browser, webhook), are_looks_steps=False
    ),
    "one signed message, twice": Pair(
        one_message_is_on_its_way, (message, same_message_beside), are_looks_steps=False
    ),
}
