"""Stories with a name, each as short as it can be: what happens to an order, and in which order."""

from asyncio import gather
from collections.abc import Callable

from domain.order import Trigger
from tests.simulation.faults import FAULTS
from tests.simulation.lives import (
    ACCOUNT,
    DEPOSIT,
    FAILED,
    LATE_DEPOSIT,
    OPENED,
    OTHER_ACCOUNT,
    PAID,
    PART_REFUND,
    REFUND,
    TAKEN_BACK,
    UNKNOWN,
)
from tests.simulation.purchase import WAYS_TO_FORGE
from tests.simulation.stage import Script, Stage

SCENARIOS: dict[str, Script] = {}
_ACKNOWLEDGEMENT_LOST = next(fault for fault in FAULTS["notifier.send"] if fault.after)
_REFUSED = FAULTS["notifier.send"][-1]
_NEWS_LOST = next(fault for fault in FAULTS["shop.tell"] if fault.after)
_WRITE_LOST = next(fault for fault in FAULTS["orders.save"] if fault.after)


def scenario(name: str) -> Callable[[Script], Script]:
    def register(script: Script) -> Script:
        SCENARIOS[name] = script
        return script

    return register


@scenario("paid by card; the browser asks")
async def browser_alone(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), OPENED, PAID)
    await stage.browser(payment)
    await stage.works()


@scenario("paid by card; only the webhook comes")
async def webhook_alone(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await stage.webhook(payment)
    await stage.works()


@scenario("browser and webhook side by side")
async def browser_and_webhook(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await gather(stage.browser(payment), stage.webhook(payment))
    await stage.works()


@scenario("the webhook comes twice at once")
async def webhook_twice(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await gather(stage.webhook(payment), stage.webhook(payment))
    await stage.works()


@scenario("the webhook comes before the order")
async def webhook_before_order(stage: Stage) -> None:
    sale = await stage.sells(registers=False)
    await stage.webhook(stage.pays(sale, PAID))
    await stage.register(sale)
    await stage.works()


@scenario("the webhook comes before the gateway's own record")
async def webhook_before_payment(stage: Stage) -> None:
    payment = stage.pays(await stage.sells())
    await stage.webhook(payment)
    stage.goes_on(payment, PAID)
    await stage.works()


@scenario("the gateway is away as the webhook comes")
async def gateway_away(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    stage.fates.away.add("gateway")
    await stage.webhook(payment)
    await stage.one_round()
    stage.fates.away.clear()
    await stage.works()


@scenario("a mobile page arrives by redirect after the gateway asked to confirm")
async def redirect(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), OPENED)
    await stage.confirms(payment)
    stage.goes_on(payment, PAID)
    await stage.browser(payment, trigger=Trigger.REDIRECT)
    await stage.works()


@scenario("an account is issued and its deposit comes")
async def deposit(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.browser(payment)
    await stage.one_round()
    await stage.passes(600)
    stage.goes_on(payment, DEPOSIT)
    await stage.webhook(payment)
    await stage.works()


@scenario("an account is replaced by another")
async def another_account(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.webhook(payment)
    stage.goes_on(payment, OTHER_ACCOUNT)
    await stage.webhook(payment)
    await stage.works()


@scenario("no deposit comes, and the order expires")
async def expires(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), OPENED, ACCOUNT)
    await stage.browser(payment)
    await stage.works()


@scenario("a deposit comes after the order has expired")
async def late_deposit(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.webhook(payment)
    await stage.works()
    stage.goes_on(payment, LATE_DEPOSIT)
    await stage.webhook(payment)
    await stage.works()


@scenario("another amount is paid")
async def forged(stage: Stage) -> None:
    payment = stage.pays(await stage.sells())
    payment = stage.forges(payment, WAYS_TO_FORGE["buyer pays another amount"], PAID)
    await stage.browser(payment)
    await stage.works()


@scenario("a forged attempt, and an honest one after it")
async def forged_then_honest(stage: Stage) -> None:
    sale = await stage.sells()
    forgery = stage.forges(stage.pays(sale), WAYS_TO_FORGE["buyer pays another currency"], PAID)
    await stage.browser(forgery)
    await stage.browser(stage.pays(sale, PAID, letter="b"))
    await stage.works()


@scenario("money comes in a mode that is not told")
async def untold_mode(stage: Stage) -> None:
    payment = stage.pays(await stage.sells())
    payment = stage.forges(payment, WAYS_TO_FORGE["gateway never tells the mode"], PAID)
    await stage.webhook(payment)
    await stage.works()


@scenario("two payments pay one order")
async def surplus(stage: Stage) -> None:
    sale = await stage.sells()
    first, second = stage.pays(sale, PAID), stage.pays(sale, PAID, letter="b")
    await gather(stage.browser(first), stage.browser(second))
    await stage.works()


@scenario("refunded in the console")
async def refunded(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await stage.browser(payment)
    stage.goes_on(payment, REFUND)
    await stage.webhook(payment)
    await stage.works()


@scenario("refunded in two parts")
async def refunded_in_parts(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await stage.webhook(payment)
    stage.goes_on(payment, PART_REFUND)
    await stage.webhook(payment)
    stage.goes_on(payment, REFUND)
    await stage.webhook(payment)
    await stage.works()


@scenario("a second payment outlives the first one's refund")
async def second_outlives(stage: Stage) -> None:
    sale = await stage.sells()
    first, second = stage.pays(sale, PAID), stage.pays(sale, PAID, letter="b")
    await stage.browser(first)
    await stage.browser(second)
    stage.goes_on(first, REFUND)
    await stage.webhook(first)
    await stage.works()


@scenario("fails first, and pays later")
async def fails_first(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), FAILED)
    await stage.browser(payment)
    stage.goes_on(payment, PAID)
    await stage.webhook(payment)
    await stage.works()


@scenario("a word that we do not know, then paid")
async def unknown_word(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), UNKNOWN)
    await stage.browser(payment)
    stage.goes_on(payment, PAID)
    await stage.webhook(payment)
    await stage.works()


@scenario("the gateway takes back what it said")
async def taken_back(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await stage.browser(payment)
    stage.goes_on(payment, TAKEN_BACK)
    await stage.webhook(payment)
    await stage.works()


@scenario("one payment is shown for two orders")
async def replay(stage: Stage) -> None:
    first, second = await stage.sells(1), await stage.sells(2)
    payment = stage.pays(first, PAID)
    await stage.browser(payment)
    await stage.browser(payment, sale=second)
    await stage.works()


@scenario("the gateway takes a payment for another order's")
async def bound_elsewhere(stage: Stage) -> None:
    first, second = await stage.sells(1), await stage.sells(2)
    payment = stage.pays(first, PAID)
    await stage.browser(payment)
    stage.world.gateway.confused[payment.payment_id] = second.order_id
    await stage.browser(payment, sale=second)
    stage.world.gateway.confused.clear()
    await stage.works()


@scenario("the shop accepts an event, and its answer is lost")
async def news_lost(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    await stage.browser(payment)
    stage.fates.once["shop.tell"] = _NEWS_LOST
    await stage.works()


@scenario("the provider takes a message, and its answer is lost")
async def acknowledgement_lost(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.browser(payment)
    stage.fates.once["notifier.send"] = _ACKNOWLEDGEMENT_LOST
    await stage.works()


@scenario("the provider refuses a message, and the operator has it tried again")
async def operator_retries(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.browser(payment)
    stage.fates.once["notifier.send"] = _REFUSED
    await stage.one_round()
    await stage.operator()
    await stage.works()


@scenario("the reply to the deciding write is lost")
async def write_lost(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), PAID)
    stage.fates.once["orders.save"] = _WRITE_LOST
    await stage.webhook(payment)
    await stage.works()


@scenario("nobody tells, and the sweep finds it")
async def sweep_finds(stage: Stage) -> None:
    stage.pays(await stage.sells(), PAID)
    await stage.passes(60)
    await stage.sweeps()
    await stage.works()


@scenario("two workers beside each other")
async def two_workers(stage: Stage) -> None:
    payment = stage.pays(await stage.sells(), ACCOUNT)
    await stage.browser(payment)
    await gather(stage.one_round(), stage.one_round(stage.beside()))
    await stage.works()
