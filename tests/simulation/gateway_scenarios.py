"""Stories of other gateways: money that waits for our word, and webhooks that are signed."""

from asyncio import gather

from tests.simulation.character import BANK_TRANSFER, PORTONE_V2, STRIPE, TOSS, Character
from tests.simulation.faults import CRASH_AFTER, FAULTS
from tests.simulation.lives import ACCOUNT, ALLOWED, DEPOSIT, PAID, REFUND, TAKEN_BACK
from tests.simulation.purchase import Purchase
from tests.simulation.scenarios import scenario
from tests.simulation.stage import Stage

_NO_ANSWER, _ANSWER_LOST = FAULTS["approvals.approve"][:2]


async def _allowed(stage: Stage, character: Character = TOSS) -> Purchase:
    stage.is_at(character)
    payment = stage.pays(await stage.sells())
    stage.allows(payment, PAID)
    return payment


async def _two_allowed(stage: Stage) -> tuple[Purchase, Purchase]:
    first = await _allowed(stage)
    second = stage.pays(first.sale, letter="b")
    stage.allows(second, PAID)
    return first, second


@scenario("money is taken at our word")
async def taken(stage: Stage) -> None:
    payment = await _allowed(stage)
    await stage.browser(payment)
    await stage.works()


@scenario("money is taken by the token of the buyer's page")
async def taken_by_token(stage: Stage) -> None:
    payment = await _allowed(stage, PORTONE_V2)
    await gather(stage.browser(payment), stage.webhook(payment))
    await stage.webhook(payment)
    await stage.works()


@scenario("money is taken, and the answer is lost")
async def taken_answer_lost(stage: Stage) -> None:
    payment = await _allowed(stage)
    stage.fates.once["approvals.approve"] = _ANSWER_LOST
    await stage.browser(payment)
    await stage.works()


@scenario("our word does not arrive, and is given again")
async def word_lost(stage: Stage) -> None:
    payment = await _allowed(stage, STRIPE)
    stage.fates.once["approvals.approve"] = _NO_ANSWER
    await stage.browser(payment)
    await stage.works()


@scenario("two payments of one order wait for our word")
async def two_wait(stage: Stage) -> None:
    first, second = await _two_allowed(stage)
    await gather(stage.browser(first), stage.browser(second))
    await stage.works()


@scenario("the process dies as money is taken, and a second payment is allowed later")
async def forgotten_rival(stage: Stage) -> None:
    first, second = await _two_allowed(stage)
    stage.fates.once["approvals.approve"] = CRASH_AFTER
    await stage.asks_once(first)
    await stage.passes(90)
    await stage.browser(second)
    await stage.works()


@scenario("what was taken is taken back before anybody saw it, and a second payment is taken")
async def taken_back_unseen(stage: Stage) -> None:
    first, second = await _two_allowed(stage)
    stage.fates.once["approvals.approve"] = CRASH_AFTER
    await stage.asks_once(first)
    stage.goes_on(first, TAKEN_BACK)
    await stage.passes(90)
    await stage.browser(second)
    await stage.works()


@scenario("an account is issued at our word, and its deposit names the order alone")
async def account_at_our_word(stage: Stage) -> None:
    stage.is_at(TOSS)
    payment = stage.pays(await stage.sells(), ALLOWED)
    stage.allows(payment, ACCOUNT)
    await stage.browser(payment)
    await stage.one_round()
    await stage.passes(600)
    stage.goes_on(payment, DEPOSIT)
    await stage.deliver_until_accepted(payment, stage.written(payment, DEPOSIT.action))
    await stage.works()


@scenario("a signed webhook comes until it is accepted, and once more")
async def signed_webhook(stage: Stage) -> None:
    stage.is_at(PORTONE_V2)
    payment = stage.pays(await stage.sells(), PAID)
    message = stage.written(payment)
    await stage.deliver_until_accepted(payment, message)
    await stage.deliver(payment, message)
    await stage.works()


@scenario("signed webhooks overtake each other, and come twice at once")
async def signed_webhooks_overtake(stage: Stage) -> None:
    stage.is_at(STRIPE)
    payment = stage.pays(await stage.sells(), PAID)
    first = stage.written(payment)
    stage.goes_on(payment, REFUND)
    second = stage.written(payment)
    for message in (second, first):
        await gather(
            stage.deliver_until_accepted(payment, message),
            stage.deliver_until_accepted(payment, message),
        )
    await stage.works()


@scenario("a gateway that lists nothing tells by its webhook alone")
async def listed_nowhere(stage: Stage) -> None:
    stage.is_at(BANK_TRANSFER)
    payment = stage.pays(await stage.sells(), PAID)
    await stage.deliver_until_accepted(payment, stage.written(payment))
    await stage.works()
