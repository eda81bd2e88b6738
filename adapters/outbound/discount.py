"""A discount: the part of a payment's total that somebody else than the buyer bears."""

from contextlib import suppress

from domain.errors import InvalidValue
from domain.money import Money, UnreadableAmount


def together(one: Money | UnreadableAmount, other: Money | UnreadableAmount) -> Money | None:
    """The sum; None where it is no money."""
    if isinstance(one, Money) and isinstance(other, Money):
        with suppress(InvalidValue):
            return one.plus(other)
    return None


def is_part(discount: Money | UnreadableAmount | None, total: Money | UnreadableAmount) -> bool:
    """Whether the discount is one of the total; of a total that is no money nobody can say."""
    if not isinstance(total, Money):
        return True
    return isinstance(discount, Money) and discount.amount_minor <= total.amount_minor


def told(
    discount: Money | UnreadableAmount | None, total: Money | UnreadableAmount
) -> Money | None:
    """What a snapshot says of it: nothing where there is none, or it makes no sense."""
    is_told = isinstance(total, Money) and is_part(discount, total)
    return discount if is_told and isinstance(discount, Money) and discount.amount_minor else None
