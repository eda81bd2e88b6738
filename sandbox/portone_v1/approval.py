"""The moment of approval: the shop is asked, and then money is taken, or an account issued."""

from sandbox.machinery.confirm import Verdict, ask_shop
from sandbox.machinery.outbox import as_json
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.world import World

_ASKED = ("imp_uid", "merchant_uid", "amount")


async def ask_to_go_on(world: World, payment: Payment, confirm_url: str | None) -> Verdict:
    """Ask the shop at that URL."""
    return await ask_shop(
        world.outbox,
        confirm_url,
        lambda: as_json({name: payment.get(name) for name in _ASKED}),
        timeout_s=world.settings.confirm_timeout_s,
        reason_in="reason",
        reason_unsaid=words.REASON_UNKNOWN,
    )


def conclude(world: World, payment: Payment, verdict: Verdict) -> None:
    """Do what the shop's answer leads to; raises ControlError where the payment cannot go there."""
    now = world.clock.now()
    if not verdict.approved:
        reason = words.DECLINED_BY_SHOP.format(reason=verdict.reason)
        world.ledger.change(payment, lambda it: changes.fail(it, now, reason))
    elif payment.get("pay_method") == "vbank":
        world.ledger.change(payment, lambda it: changes.issue_account(it, now))
    else:
        world.ledger.change(payment, lambda it: changes.pay(it, now))
