"""The version of the rules is raised when they change: every verdict of a table is pinned to it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from domain.canonical import digest
from domain.money import UnreadableAmount
from domain.order import Order, Trigger
from domain.outcome import Forged, OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.rule_version import RULE_VERSION
from domain.settlement import settle
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_account, an_order, won

# The digest of all verdicts below, by the version of the rules that gave them. If it has changed,
# the rules have: raise the version, and add a line.
VERDICTS = {1: "eee1e8103a7eede034f6278a35107145bc135290fbf91944e760d8752d0a904d"}

POLICIES = (
    Policy(mode=Mode.LIVE, merchant_accounts={GATEWAY: "acct-shop"}),
    Policy(mode=Mode.TEST),
)
ODD: tuple[dict[str, Any], ...] = (
    {},
    {"total": won(1), "cancelled": won(0)},
    {"total": UnreadableAmount(number="1000.5", currency_code="KRW")},
    {"order_id": "order-0002"},
    {"mode": Mode.TEST},
    {"mode": Mode.UNKNOWN},
    {"merchant_account": "acct-other"},
    {"key": a_key("imp_2")},
)


def said(status: PaymentStatus, **changes: Any) -> Payment:
    return a_payment(status=status, virtual_account=an_account(), **changes)


def payments() -> Iterator[Payment]:
    """Every status, and each of them with one thing odd."""
    for status, odd in product(PaymentStatus, ODD):
        if (
            status in (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED)
            and "total" in odd
        ):
            continue  # no such snapshot can be
        yield said(status, **odd)
    lapsed = an_account(due_at=NOON - timedelta(days=1))
    yield a_payment(status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=lapsed)


def orders(policy: Policy) -> Iterator[Order]:
    """A new order, and one that each of the statuses has settled or not."""
    yield an_order()
    for status in PaymentStatus:
        yield settle(an_order(), said(status), NOON, policy, trigger=Trigger.WEBHOOK).order


def verdicts() -> Iterator[tuple[object, ...]]:
    for policy in POLICIES:
        for order, payment in product(orders(policy), payments()):
            decision = settle(order, payment, NOON, policy, trigger=Trigger.BROWSER)
            after = decision.order
            yield (
                decision.outcome.kind,
                decision.outcome.discrepancies if isinstance(decision.outcome, Forged) else (),
                after.status,
                after.settled_by,
                after.version - order.version,
                tuple(each.status for each in after.payments),
                tuple(task.kind for task in decision.tasks),
            )


def test_the_rules_of_this_version_give_the_verdicts_they_always_gave() -> None:
    assert digest(tuple(verdicts())) == VERDICTS[RULE_VERSION]


def test_the_table_has_every_outcome() -> None:
    kinds = {str(kind) for kind, *_ in verdicts()}

    assert kinds == set(OutcomeKind)
