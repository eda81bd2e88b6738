"""The moment of approval: the shop is asked, and then money is taken, or an account issued."""

from functools import partial

from sandbox.machinery.confirm import Verdict, ask_shop
from sandbox.portone_v2 import notices, words
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.world import World


async def ask_to_go_on(world: World, payment: Payment, url: str | None, *, version: str) -> Verdict:
    """Ask the shop at that URL, sealed as a webhook is."""
    now = world.clock.now()
    question = partial(notices.question_about, payment, version=version, now=now)
    return await ask_shop(
        world.outbox,
        url,
        lambda: world.sealed(world.new_webhook_id(), question),
        timeout_s=world.settings.confirm_timeout_s,
        reason_in="errorMessage",
        reason_unsaid=words.REASON_UNKNOWN,
    )


def conclude(world: World, payment: Payment, verdict: Verdict) -> None:
    """Do what the shop's answer leads to; raises ControlError where the payment cannot go there."""
    now = world.clock.now()
    if not verdict.approved:
        reason = str(verdict.reason)
        world.ledger.change(payment, lambda it: changes.fail(it, now, reason))
    elif payment.is_account:
        world.ledger.change(payment, lambda it: changes.issue_account(it, now))
    else:
        world.ledger.change(payment, lambda it: changes.pay(it, now))
