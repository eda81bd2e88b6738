"""What the gateway of a run can do, and how: that of the adapter which has its name.

`test_characters.py` holds each against what its adapter declares.
"""

from dataclasses import dataclass
from enum import StrEnum


class Names(StrEnum):
    """What a webhook says that it is about."""

    BOTH = "payment and order"
    PAYMENT = "the payment alone"
    ORDER = "the order alone"


class Lists(StrEnum):
    """What a gateway's own list shows, each payment as it is now."""

    # Each payment once, by its latest news.
    LATEST = "latest news"
    # Each payment by each of its news.
    JOURNAL = "a journal of news"
    # The same, of such news alone as moved money, or made it possible to move.
    JOURNAL_OF_MONEY = "a journal of money"


class Searches(StrEnum):
    """What is found of an order."""

    EVERY = "every payment"
    # Of several attempts the one that took money, or else the latest.
    ONE = "one payment"


class RefundGuard(StrEnum):
    """What keeps one refund that is asked for twice from being given twice."""

    REMAINING = "what remains"
    # The first answer to a key is repeated, a refusal too.
    KEY_AND_REMAINING = "its key, and what remains"
    # What remains is only looked at before: somebody may come between.
    LOOK_AND_KEY = "a look, and its key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """How money waits for our word. `share`: of all payments, so many wait.

    `tells_allowed`: a window that is only open is shown otherwise than what the buyer has allowed.
    `needs_token`: only the buyer's page has what shows that they have. After `within_s` it is over.
    """

    share: float
    tells_allowed: bool
    needs_token: bool = False
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """How a gateway tells news. `come_again`: until they are accepted, with the same id if any."""

    are_signed: bool = False
    have_ids: bool = False
    # Ids that are told to those alone who know the payment's secret.
    deposits_have_ids: bool = False
    come_again: bool = True
    names: Names = Names.BOTH
    of_deposits: Names = Names.BOTH
    of_refunds: Names = Names.BOTH

    @property
    def have_any_ids(self) -> bool:
        """Whether a message may be known again."""
        return self.have_ids or self.deposits_have_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One gateway. What it cannot is None, or False.

    `page_may_omit_order`: then the order is asked for. `hook_names_order`: in its last question.
    """

    name: str
    webhooks: Webhooks
    lists: Lists | None = None
    searches: Searches | None = None
    refunds: RefundGuard | None = None
    approval: Approval | None = None
    asks_to_confirm: bool = False
    hook_names_order: bool = True
    page_may_omit_order: bool = False
    issues_accounts: bool = True


PORTONE_V1 = Character(
    name="portone-v1",
    webhooks=Webhooks(come_again=False),
    lists=Lists.LATEST,
    searches=Searches.EVERY,
    refunds=RefundGuard.REMAINING,
    asks_to_confirm=True,
)
# As a shop has it that approves by itself, and writes the order into `customData`: the way of
# working that leaves the most to us.
PORTONE_V2 = Character(
    name="portone-v2",
    webhooks=Webhooks(
        are_signed=True,
        have_ids=True,
        names=Names.PAYMENT,
        of_deposits=Names.PAYMENT,
        of_refunds=Names.PAYMENT,
    ),
    lists=Lists.LATEST,
    refunds=RefundGuard.REMAINING,
    approval=Approval(share=0.8, tells_allowed=False, needs_token=True),
    asks_to_confirm=True,
    hook_names_order=False,
    page_may_omit_order=True,
)
TOSS = Character(
    name="toss",
    webhooks=Webhooks(deposits_have_ids=True, of_deposits=Names.ORDER),
    lists=Lists.JOURNAL_OF_MONEY,
    searches=Searches.ONE,
    refunds=RefundGuard.KEY_AND_REMAINING,
    approval=Approval(share=1.0, tells_allowed=True, within_s=600.0),
)
STRIPE = Character(
    name="stripe",
    webhooks=Webhooks(are_signed=True, have_ids=True, of_refunds=Names.PAYMENT),
    lists=Lists.JOURNAL,
    refunds=RefundGuard.LOOK_AND_KEY,
    # Each payment says for itself whether it is captured by hand.
    approval=Approval(share=0.6, tells_allowed=True),
    issues_accounts=False,
)
# One that others bring along, with nothing but what every gateway has to have: the bank of
# `examples/`. What none of its webhooks tells, nobody finds.
BANK_TRANSFER = Character(
    name="bank-transfer",
    webhooks=Webhooks(are_signed=True, of_refunds=Names.PAYMENT),
    page_may_omit_order=True,
)

CHARACTERS: dict[str, Character] = {
    each.name: each for each in (PORTONE_V1, PORTONE_V2, TOSS, STRIPE, BANK_TRANSFER)
}
