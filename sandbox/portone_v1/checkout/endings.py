"""How a payment window ends: honestly, or as somebody who cheats would have it."""

from typing import Any, Final

from sandbox.machinery.confirm import Verdict
from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.exact_json import JsonObject, Number
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.approval import ask_to_go_on, conclude
from sandbox.portone_v1.checkout.opened import OpenWindow
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.world import World

WAYS: Final = (
    "pay",
    "fail",
    "close",
    "otherAmount",
    "otherPayment",
    "loseWebhook",
    "loseBoth",
)
# The shop hears nothing from the vendor; by the last one, nothing from the browser either.
_SILENT: Final = frozenset({"loseWebhook", "loseBoth"})

_TOLD: Final = (
    "imp_uid",
    "merchant_uid",
    "status",
    "pay_method",
    "currency",
    "name",
    "buyer_name",
    "pg_provider",
    "pg_tid",
    "apply_num",
    "paid_at",
    "receipt_url",
    "vbank_num",
    "vbank_name",
    "vbank_holder",
    "vbank_date",
    "custom_data",
)


async def bring_about(
    world: World,
    window: OpenWindow,
    way: str,
    *,
    method: str,
    amount: Number | None,
    receipt_url: str,
) -> JsonObject:
    """Let the window end that way, and give what the page is told of it."""
    payment = world.payment(window.imp_uid)
    match way:
        case "close":
            return told(payment, error=("PAY_PROCESS_CANCELED", words.CLOSED_BY_BUYER))
        case "fail":
            now = world.clock.now()
            world.change(payment, lambda it: changes.fail(it, now))
        case "otherPayment":
            other = paid_for_another_order(world, payment)
            if other is None:
                raise ControlError(409, "no other order has been paid")
            return told(other) | {"merchant_uid": payment.merchant_uid}
        case "pay" | "otherAmount" | "loseWebhook" | "loseBoth":
            _choose(world, payment, method)
            if way == "otherAmount":
                _ask_for(world, payment, amount)
            # Who changes the amount in the page drops the question about it there too.
            url = None if way == "otherAmount" else window.confirm_url
            verdict = await ask_to_go_on(world, payment, url)
            await _approve(world, payment, verdict, receipt_url, silent=way in _SILENT)
        case _:
            raise ControlError(400, f"way must be one of {', '.join(WAYS)}")
    return told(payment)


def told(payment: Payment, error: tuple[str, str] | None = None) -> JsonObject:
    """Make the callback's argument; a payment that failed says why."""
    if payment.status == "failed":
        error = ("F500", str(payment.get("fail_reason")))
    code, message = error or (None, None)
    success = error is None
    return {
        **{name: payment.get(name) for name in _TOLD},
        "paid_amount": payment.get("amount"),
        "success": success,
        "imp_success": success,
        "error_code": code,
        "error_msg": message,
    }


def refused(merchant_uid: Any, code: str, message: str) -> JsonObject:
    """Make the callback's argument where no window could be opened: there is no payment."""
    return {
        "success": False,
        "imp_success": False,
        "imp_uid": None,
        "merchant_uid": merchant_uid if isinstance(merchant_uid, str) else None,
        "error_code": code,
        "error_msg": message,
    }


def paid_for_another_order(world: World, payment: Payment) -> Payment | None:
    """The latest payment that could be shown again for this order."""
    return next(
        (paid for paid in world.ledger.latest("paid") if paid.merchant_uid != payment.merchant_uid),
        None,
    )


async def _approve(
    world: World, payment: Payment, verdict: Verdict, receipt_url: str, *, silent: bool
) -> None:
    conclude(world, payment, verdict)
    if payment.get("receipt_url") is not None:
        world.change(payment, lambda it: it.own.update(receipt_url=receipt_url))
    if verdict.approved and not silent:
        await world.announce(payment)


def _choose(world: World, payment: Payment, method: str) -> None:
    """Take the method of the window, where it is another kind than the page asked for."""
    by_account = payment.get("pay_method") == "vbank"
    if by_account is not (method == "account"):
        chosen = "vbank" if method == "account" else "card"
        world.change(payment, lambda it: changes.choose_method(it, chosen))


def _ask_for(world: World, payment: Payment, amount: Number | None) -> None:
    if amount is None:
        raise ControlError(400, "amount is missing")
    world.change(payment, lambda it: it.own.update(amount=amount))
