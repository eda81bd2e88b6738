"""Every kind of fault and action that a range of seeds has to meet with, by name."""

from collections.abc import Callable

from tests.simulation import approvals, faults, gateway_model, lies, lives, watches
from tests.simulation.actors import (
    browser,
    buyer,
    confirm,
    operator,
    refunds,
    shop_backend,
    stranger,
    sweep,
    troubles,
    webhook,
    worker,
)
from tests.simulation.actors.knocks import NOT_AUTHENTIC, REPEATED
from tests.simulation.character import CHARACTERS, Character
from tests.simulation.purchase import WAYS_TO_FORGE
from tests.simulation.run import ANY

EVERY_KIND: tuple[str, ...] = (
    *faults.ALL_KINDS,
    watches.BOUND_ELSEWHERE,
    watches.OVERTAKEN,
    *lies.LIES,
    *gateway_model.REFUNDS,
    *approvals.KINDS,
    *lives.LIVES,
    *WAYS_TO_FORGE,
    *buyer.ACTIONS,
    *buyer.APPROVALS,
    *browser.ACTIONS,
    *confirm.ACTIONS,
    *operator.ACTIONS,
    *refunds.ACTIONS,
    *shop_backend.ACTIONS,
    *stranger.ACTIONS,
    *sweep.ACTIONS,
    *troubles.ACTIONS,
    *webhook.ACTIONS,
    NOT_AUTHENTIC,
    REPEATED,
    *worker.ACTIONS,
)
_ACCOUNTS = (
    *(name for name, steps in lives.LIVES.items() if any(step.account for step in steps)),
    lives.BUYER_DEPOSITS,
    lives.BUYER_DEPOSITS_LATE,
)
# What a gateway has to be for some kinds to be met with at all.
_NEEDS: tuple[tuple[tuple[str, ...], Callable[[Character], bool]], ...] = (
    (
        (*faults.APPROVAL_KINDS, *approvals.KINDS, *buyer.APPROVALS, browser.WAITS),
        lambda character: character.approval is not None,
    ),
    (
        (buyer.TOO_LATE,),
        lambda character: character.approval is not None and bool(character.approval.within_s),
    ),
    (
        (*gateway_model.REFUNDS, *faults.REFUND_KINDS, *refunds.ACTIONS),
        lambda character: character.refunds is not None,
    ),
    # A second payment is seldom taken where each waits for our word: then none goes back unasked.
    (
        (refunds.APPROVES, refunds.DECLINES),
        lambda character: character.approval is None or character.approval.share < 0.7,
    ),
    (confirm.ACTIONS, lambda character: character.asks_to_confirm),
    (_ACCOUNTS, lambda character: character.issues_accounts),
    ((*sweep.ACTIONS, webhook.NEVER), lambda character: character.lists is not None),
    ((browser.OMITS,), lambda character: character.page_may_omit_order),
    ((webhook.AGAIN,), lambda character: character.webhooks.come_again),
    ((NOT_AUTHENTIC, stranger.REPLAYED_WEBHOOK), lambda character: character.webhooks.are_signed),
    (
        (REPEATED,),
        lambda character: character.webhooks.have_any_ids,
    ),
)


def kinds_of(gateway: str) -> tuple[str, ...]:
    """What a range of that gateway's seeds has to meet with."""
    characters = CHARACTERS.values() if gateway == ANY else (CHARACTERS[gateway],)
    possible = {kind for each in characters for kind in EVERY_KIND if _can_be(kind, each)}
    return tuple(kind for kind in EVERY_KIND if kind in possible)


def _can_be(kind: str, character: Character) -> bool:
    return all(is_so(character) for kinds, is_so in _NEEDS if kind in kinds)
