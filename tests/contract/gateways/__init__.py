"""Every gateway that the contract is tried on, and what each of them can.

Another gateway is a module beside these with its `GatewayWorld`, and one more line in `STANDS`.
A test names what it needs; it runs on every stand that can that, and on no other.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pytest

from tests.contract.gateways.memory import memory_world
from tests.contract.gateways.portone_v1 import portone_v1_world
from tests.contract.gateways.portone_v2 import (
    portone_v2_by_custom_data_world,
    portone_v2_world,
)
from tests.contract.gateways.stripe import stripe_world
from tests.contract.gateways.toss import toss_world
from tests.contract.gateways.world import TIMEOUT_S, GatewayWorld

__all__ = [
    "STANDS",
    "TIMEOUT_S",
    "Can",
    "GatewayWorld",
    "Stand",
    "on_those_that",
    "stands",
    "worlds_that",
]


class Can(StrEnum):
    """What a gateway may be able to do."""

    # The ports that not every connection has.
    LIST = "list"
    SEARCH = "search"
    REFUND = "refund"
    REGISTER = "register"
    APPROVE = "approve"
    # Issues accounts for a buyer to transfer to.
    ISSUE_ACCOUNTS = "issueAccounts"
    # Shows payments of its test mode to whoever asks for real ones.
    MIX_MODES = "mixModes"
    # Is asked for hundreds of payments by one question.
    ANSWER_FOR_MANY = "answerForMany"
    # Has several payments for one order, each with an id of its own.
    TRY_AGAIN = "tryAgain"
    # Takes amounts in dollars and dinars as well as won.
    TAKE_ANY_CURRENCY = "takeAnyCurrency"
    # Lists a payment by its latest news alone; a journal of news shows it by each.
    LIST_LATEST = "listLatest"
    # Tells what somebody else than the buyer bears of a payment.
    TELL_DISCOUNTS = "tellDiscounts"
    # Tells apart a window that is open and one whose buyer has allowed the payment.
    TELL_ALLOWED = "tellAllowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One gateway to try the contract on, and what it can."""

    open: Callable[[], AbstractAsyncContextManager[GatewayWorld]]
    can: frozenset[Can]


STANDS: Final[dict[str, Stand]] = {
    "memory": Stand(open=memory_world, can=frozenset(Can)),
    "portone-v1": Stand(
        open=portone_v1_world,
        can=frozenset(Can) - {Can.APPROVE, Can.TELL_ALLOWED, Can.TELL_DISCOUNTS},
    ),
    "portone-v2": Stand(
        open=portone_v2_world,
        can=frozenset(Can) - {Can.ANSWER_FOR_MANY, Can.TRY_AGAIN, Can.TELL_ALLOWED},
    ),
    "portone-v2-by-custom-data": Stand(
        open=portone_v2_by_custom_data_world,
        can=frozenset(
            {
                Can.LIST,
                Can.REFUND,
                Can.ISSUE_ACCOUNTS,
                Can.MIX_MODES,
                Can.TRY_AGAIN,
                Can.TAKE_ANY_CURRENCY,
                Can.LIST_LATEST,
                Can.TELL_DISCOUNTS,
            }
        ),
    ),
    "stripe": Stand(
        open=stripe_world,
        can=frozenset(
            {
                Can.LIST,
                Can.REFUND,
                Can.APPROVE,
                Can.TRY_AGAIN,
                Can.TAKE_ANY_CURRENCY,
                Can.TELL_ALLOWED,
            }
        ),
    ),
    "toss": Stand(
        open=toss_world,
        can=frozenset(
            {
                Can.LIST,
                Can.SEARCH,
                Can.REFUND,
                Can.APPROVE,
                Can.ISSUE_ACCOUNTS,
                Can.TAKE_ANY_CURRENCY,
                Can.TELL_ALLOWED,
                Can.TELL_DISCOUNTS,
            }
        ),
    ),
}


def stands(*needs: Can) -> Sequence[str]:
    """The stands that can all of it."""
    return [name for name, stand in STANDS.items() if stand.can.issuperset(needs)]


def worlds_that(*needs: Can) -> object:
    """Makes a file's fixture `world`: the world of each stand that can all of it."""

    @pytest.fixture(name="world", params=stands(*needs))
    async def opened(request: pytest.FixtureRequest) -> AsyncIterator[GatewayWorld]:
        async with STANDS[request.param].open() as world:
            yield world

    return opened


def on_those_that(*needs: Can) -> pytest.MarkDecorator:
    """Runs one test on fewer stands than its file: those that can all of it."""
    return pytest.mark.parametrize("world", stands(*needs), indirect=True)
