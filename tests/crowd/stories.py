"""What happens to each order, and how it must end: the model. It knows nothing of payproof."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.crowd.street import Street

Play = Callable[[Street, Random, str], Awaitable[tuple["Ending", ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an order must stand when all is quiet, and what people were told of it, once each.

    `payments` says how many are in which state; `verdicts` are the history's, in order.
    """

    order_id: str
    status: str
    payments: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


async def card(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """Paid, and shown again and again."""
    await street.order(order_id)
    payment = await street.pay(order_id, status="paid")
    await street.crowd(dice, payment, order_id)
    await street.crowd(dice, payment, order_id)
    return (Ending(order_id=order_id, status="paid", payments=("paid",), verdicts=("paid",)),)


async def deposit(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """An account is issued, the buyer told once, and the deposit comes."""
    await street.order(order_id)
    payment = await street.pay(order_id, pay_method="vbank")
    await street.crowd(dice, payment, order_id)
    await street.message_about(order_id)
    await street.control.deposit(payment)
    await street.crowd(dice, payment, order_id)
    return (
        Ending(
            order_id=order_id,
            status="paid",
            payments=("paid",),
            verdicts=("awaitingDeposit", "paid"),
            told=("tellBuyerAccount",),
        ),
    )


async def no_deposit(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """An account is issued, and nobody pays into it yet."""
    await street.order(order_id)
    payment = await street.pay(order_id, pay_method="vbank")
    await street.crowd(dice, payment, order_id)
    return (
        Ending(
            order_id=order_id,
            status="awaitingDeposit",
            payments=("awaitingDeposit",),
            verdicts=("awaitingDeposit",),
            told=("tellBuyerAccount",),
        ),
    )


async def cheap(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """Less was paid than the order costs."""
    await street.order(order_id)
    payment = await street.pay(order_id, amount=1, status="paid")
    await street.crowd(dice, payment, order_id)
    return (
        Ending(order_id=order_id, status="pending", verdicts=("forged",), told=("alertOperator",)),
    )


async def stolen(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """A payment is shown for a second order, while its own is still being settled."""
    thief_id = f"{order_id}-thief"
    await street.order(order_id)
    await street.order(thief_id)
    payment = await street.pay(order_id, status="paid")
    await street.all_of(
        street.crowd(dice, payment, order_id), street.browser(dice, payment, thief_id)
    )
    await street.browser(dice, payment, thief_id)
    return (
        Ending(order_id=order_id, status="paid", payments=("paid",), verdicts=("paid",)),
        Ending(order_id=thief_id, status="pending", verdicts=("forged",), told=("alertOperator",)),
    )


async def twice(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """Two payments for one order: the first one settles it, the other is too much."""
    await street.order(order_id)
    first = await street.pay(order_id, status="paid")
    await street.crowd(dice, first, order_id)
    second = await street.pay(order_id, status="paid")
    await street.crowd(dice, second, order_id)
    return (
        Ending(
            order_id=order_id,
            status="paid",
            payments=("paid", "paid"),
            verdicts=("paid", "surplus"),
            told=("alertOperator",),
        ),
    )


async def refunded(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """Paid, then given back in PortOne's console."""
    await street.order(order_id)
    payment = await street.pay(order_id, status="paid")
    await street.crowd(dice, payment, order_id)
    await street.control.cancel(payment)
    await street.webhooks(dice, payment)
    await street.crowd(dice, payment, order_id)
    return (
        Ending(
            order_id=order_id,
            status="refunded",
            payments=("cancelled",),
            verdicts=("paid", "cancelled"),
        ),
    )


async def failed(street: Street, dice: Random, order_id: str) -> tuple[Ending, ...]:
    """The bank says no."""
    await street.order(order_id)
    payment = await street.pay(order_id, status="failed")
    await street.crowd(dice, payment, order_id)
    return (
        Ending(order_id=order_id, status="pending", payments=("failed",), verdicts=("failed",)),
    )


async def abandoned(street: Street, _dice: Random, order_id: str) -> tuple[Ending, ...]:
    """The buyer never comes back."""
    await street.order(order_id)
    return (Ending(order_id=order_id, status="pending"),)


# How often each is played, out of all together.
STORIES: tuple[tuple[Play, int], ...] = (
    (card, 40),
    (deposit, 16),
    (no_deposit, 8),
    (cheap, 6),
    (stolen, 6),
    (twice, 6),
    (refunded, 10),
    (failed, 4),
    (abandoned, 4),
)
