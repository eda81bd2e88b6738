"""What a snapshot has new beside the one it replaces, for tasks and news alike."""

from dataclasses import replace

import pytest

from domain.novelty import is_newly_surplus, newly_awaited_account
from domain.order import Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from domain.tasks import Task, TaskKind
from tests.support.factories import NOON, a_key, a_payment, an_account, an_order
from tests.support.strategies import with_true_evidence

S = PaymentStatus
OWN = an_order(settled_by=a_key())
OTHERS = an_order(settled_by=a_key("imp_other"))


def said(status: PaymentStatus, **changes: object) -> Payment:
    return a_payment(status=status, **changes)


@pytest.mark.parametrize(
    ("known", "payment", "is_surplus"),
    [
        (None, said(S.PAID), True),
        (said(S.OPENED), said(S.PAID), True),
        (said(S.AWAITING_DEPOSIT), said(S.PARTIALLY_CANCELLED), True),
        (said(S.PAID), said(S.PAID, receipt_url="https://r.example/1"), False),
        (said(S.PAID), said(S.PARTIALLY_CANCELLED), False),
        (said(S.PAID), said(S.CANCELLED), False),
        (None, said(S.CANCELLED), False),
        (None, said(S.OPENED), False),
    ],
)
def test_money_beside_the_orders_own_is_surplus_once(
    known: Payment | None, payment: Payment, is_surplus: bool
) -> None:
    assert is_newly_surplus(OTHERS, known, payment) is is_surplus
    assert is_newly_surplus(OWN, known, payment) is False


WAITS = said(S.AWAITING_DEPOSIT)
ELSEWHERE = said(S.AWAITING_DEPOSIT, virtual_account=an_account(number="999"))


@pytest.mark.parametrize(
    ("known", "payment", "number"),
    [
        (None, WAITS, an_account().number),
        (said(S.OPENED), WAITS, an_account().number),
        (WAITS, ELSEWHERE, "999"),
        (replace(WAITS, lapsed=True), WAITS, an_account().number),
        (WAITS, replace(WAITS, receipt_url="https://r.example/1"), None),
        (WAITS, replace(WAITS, lapsed=True), None),
        (WAITS, said(S.PAID, virtual_account=an_account()), None),
    ],
)
def test_an_account_is_new_when_the_buyer_may_now_pay_into_it(
    known: Payment | None, payment: Payment, number: str | None
) -> None:
    account = newly_awaited_account(known, payment)

    assert (account and account.number) == number


def told(*snapshots: Payment) -> tuple[list[Task], list[Task]]:
    """Every different task by which buyer and shop hear of accounts."""
    order, tasks = an_order(), dict[str, Task]()
    for snapshot in map(with_true_evidence, snapshots):
        policy = Policy(mode=Mode.LIVE, tells_shop=True)
        decision = settle(order, snapshot, NOON, policy, trigger=Trigger.WEBHOOK)
        order = decision.order
        tasks |= {task.task_id: task for task in decision.tasks}
    kinds = (TaskKind.TELL_BUYER_ACCOUNT, TaskKind.TELL_SHOP)
    buyer, shop = ([task for task in tasks.values() if task.kind is kind] for kind in kinds)
    return buyer, shop


def test_a_gateway_that_falters_causes_no_second_message() -> None:
    buyer, shop = told(WAITS, said(S.UNKNOWN), replace(WAITS, receipt_url="https://r.example/1"))

    assert len(buyer) == 1
    assert len(shop) == 2


def test_an_account_that_comes_back_is_news_to_the_shop_alone() -> None:
    buyer, shop = told(WAITS, ELSEWHERE, WAITS)

    assert len(buyer) == 2
    assert len(shop) == 3
