"""Stories of money that goes back, through us and beside us."""

from asyncio import gather

from domain.auto_refund import Ceilings
from domain.money import Money
from tests.simulation.cast import KRW
from tests.simulation.faults import FAULTS
from tests.simulation.lives import PAID, PART_REFUND, REFUND
from tests.simulation.purchase import WAYS_TO_FORGE, Purchase
from tests.simulation.scenarios import scenario
from tests.simulation.stage import Stage
from tests.simulation.world import Giving

_ANSWER_LOST = next(fault for fault in FAULTS["refunds.refund"] if fault.after)
_NO_ANSWER = next(fault for fault in FAULTS["refunds.refund"] if not fault.after)


def _up_to(minor: int) -> Giving:
    ceiling = (Money(amount_minor=minor, currency=KRW),)
    return Giving(
        surplus=True, forged=True, ceilings=Ceilings(per_payment=ceiling, per_day=ceiling)
    )


async def _paid(stage: Stage, ceiling_minor: int = 5000) -> Purchase:
    stage.gives_back(_up_to(ceiling_minor))
    payment = stage.pays(await stage.sells(), PAID)
    await stage.browser(payment)
    return payment


@scenario("the shop has all of it given back")
async def all_back(stage: Stage) -> None:
    await stage.wants_back(await _paid(stage))
    await stage.works()


@scenario("two parts are given back, and a third is too much")
async def parts_back(stage: Stage) -> None:
    payment = await _paid(stage)
    await stage.wants_back(payment, 600, key="first")
    await stage.wants_back(payment, 300, key="second")
    await stage.wants_back(payment, 200, key="third")
    await stage.works()


@scenario("it is given back, and the answer is lost")
async def answer_lost(stage: Stage) -> None:
    payment = await _paid(stage)
    await stage.wants_back(payment, 600)
    stage.fates.once["refunds.refund"] = _ANSWER_LOST
    await stage.works()


@scenario("the gateway does not answer whether it gave back")
async def no_answer(stage: Stage) -> None:
    payment = await _paid(stage)
    await stage.wants_back(payment)
    stage.fates.once["refunds.refund"] = _NO_ANSWER
    await stage.works()


@scenario("the console gives back while we are about to")
async def console_beside_us(stage: Stage) -> None:
    payment = await _paid(stage)
    await stage.wants_back(payment, 600)
    stage.goes_on(payment, PART_REFUND)
    await gather(stage.webhook(payment), stage.one_round())
    stage.goes_on(payment, REFUND)
    await stage.works()


@scenario("a second payment goes back by itself")
async def surplus_back(stage: Stage) -> None:
    first = await _paid(stage)
    await stage.browser(stage.pays(first.sale, PAID, letter="b"))
    await stage.works()


@scenario("a second payment is above the ceiling, and a person approves")
async def above_ceiling(stage: Stage) -> None:
    first = await _paid(stage, 500)
    await stage.browser(stage.pays(first.sale, PAID, letter="b"))
    await stage.works()
    await stage.approves()
    await stage.works()


@scenario("money of another amount goes back by itself")
async def forgery_back(stage: Stage) -> None:
    stage.gives_back(_up_to(5000))
    payment = stage.pays(await stage.sells())
    payment = stage.forges(payment, WAYS_TO_FORGE["buyer pays another amount"], PAID)
    await stage.browser(payment)
    await stage.works()


@scenario("another order's payment, taken for a second one, stays where it is")
async def not_ours(stage: Stage) -> None:
    first = await _paid(stage)
    second = await stage.sells(2)
    await stage.browser(stage.pays(second, PAID, letter="b"))
    stage.world.gateway.confused[first.payment_id] = second.order_id
    await stage.browser(first, sale=second)
    stage.world.gateway.confused.clear()
    await stage.works()
