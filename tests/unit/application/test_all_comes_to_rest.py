"""Whatever happens in whatever order: when the faults stop and the worker has run, all is right.

A plan is a list of batches; all actions of a batch run side by side, interleaved by a seed.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from application.verify_payment import NOT_SETTLED_NOW, Settled
from domain.history_audit import first_break
from domain.order import HistoryEntry, Order, OrderStatus, Trigger
from domain.order_moves import status_of
from domain.outcome import OutcomeKind
from domain.payment import Payment, PaymentStatus
from domain.policy import DEPOSIT_GRACE
from domain.tasks import AlertReason
from ports.errors import (
    ConcurrentUpdate,
    GatewayRefused,
    GatewayUnavailable,
    NotifierUnavailable,
    PortError,
    RepositoryUnavailable,
)
from ports.notifier import AccountNotice, OperatorAlert
from tests.support.factories import a_key, a_payment, an_account, an_order, evidence, won
from tests.support.shop import Shop, a_knock

FIRST, SECOND = an_order(), an_order(order_id="order-0002", amount=won(5000))
# Whose payments they really are; "imp_forged" says it is the first order's, for a wrong amount.
OWNERS = {"imp_1a": FIRST, "imp_1b": FIRST, "imp_2": SECOND, "imp_forged": FIRST}
HONEST = sorted(set(OWNERS) - {"imp_forged"})
AWAY = RepositoryUnavailable("no-answer")
ERRORS: dict[str, list[PortError]] = {
    "find_payment": [GatewayUnavailable("timeout"), GatewayRefused("credentials")],
    "find_by_id": [AWAY],
    "save": [AWAY, ConcurrentUpdate("version-changed")],
    "put": [AWAY],
    "claim": [AWAY],
    "complete": [AWAY],
    "retry": [AWAY],
    "send": [NotifierUnavailable("timeout")],
}


# How a payment may fare: snapshots, in the order in which the gateway shows them.
OPENED, FAILED, PAID = PaymentStatus.OPENED, PaymentStatus.FAILED, PaymentStatus.PAID
PARTLY, CANCELLED = PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED
ACCOUNT, OTHER_ACCOUNT = "56211234567890", "99900011122233"
FATES: list[list[PaymentStatus | str]] = [
    [PAID],
    [OPENED, PAID, CANCELLED],
    [PAID, PARTLY, CANCELLED],
    [FAILED, PAID],
    [OPENED, FAILED],
    [ACCOUNT, PAID],
    [OPENED, ACCOUNT],
    [ACCOUNT, OTHER_ACCOUNT, PAID],
    [PaymentStatus.UNKNOWN, ACCOUNT, PAID, CANCELLED],
]


def story_of(payment_id: str, fate: list[PaymentStatus | str]) -> list[Payment]:
    owner = OWNERS[payment_id]
    total = won(4) if payment_id == "imp_forged" else owner.amount
    story = []
    for number, step in enumerate(fate):
        fields: dict[str, Any] = {"status": step}
        if not isinstance(step, PaymentStatus):
            account = an_account(number=step)
            fields = {"status": PaymentStatus.AWAITING_DEPOSIT, "virtual_account": account}
        story.append(
            a_payment(
                key=a_key(payment_id),
                order_id=owner.order_id,
                total=total,
                evidence=evidence(f"{payment_id} {number}"),
                **fields,
            )
        )
    return story


@dataclass(frozen=True)
class Action:
    """`claims` is a status, or "the truth", or None; only webhooks claim anything."""

    what: str
    payment_id: str = "imp_1a"
    order_id: str = FIRST.order_id
    trigger: Trigger = Trigger.WEBHOOK
    claims: str | None = None
    method: str = "find_payment"
    nth: int = 1
    seconds: float = 0.0


WAYS_TO_KNOCK = [
    (Trigger.BROWSER, None),
    (Trigger.REDIRECT, None),
    (Trigger.WEBHOOK, "the truth"),
    (Trigger.WEBHOOK, "the truth"),
    (Trigger.WEBHOOK, PAID),
    (Trigger.WEBHOOK, CANCELLED),
]
ACTIONS = [
    *(Action("show", payment_id) for payment_id in OWNERS for _ in range(6)),
    *(
        Action(what, payment_id, order.order_id, trigger, claims)
        for payment_id, owner in OWNERS.items()
        for what, order, times in [
            ("knock", owner, 2),
            ("knock", FIRST if owner is SECOND else SECOND, 1),
            ("knock and leave", owner, 1),
        ]
        for trigger, claims in WAYS_TO_KNOCK * times
    ),
    *[Action("work")] * 20,
    *[Action("work and crash")] * 6,
    *[Action("register")] * 3,
    *(Action("wait", seconds=seconds) for seconds in (1.0, 5.0, 61.0) for _ in range(6)),
    *(
        Action(what, method=method, nth=nth)
        for what in ("fail before", "fail after")
        for method in ERRORS
        for nth in (1, 1, 2)
    ),
]
fates = st.fixed_dictionaries({payment_id: st.sampled_from(FATES) for payment_id in OWNERS})
plans = st.lists(
    st.lists(st.sampled_from(ACTIONS), min_size=2, max_size=8), min_size=4, max_size=16
)


class Run:
    """One plan carried out. `seen` is the snapshot that a payment's order must have got to."""

    def __init__(self, stories: dict[str, list[Payment]], seed: int) -> None:
        self._random = random.Random(seed)
        self.stories = stories
        self.shown = dict.fromkeys(stories, -1)
        self.seen = dict.fromkeys(stories, -1)
        self.shop = Shop(questions_per_window=4, around=self._let_others_run)
        self.shop.keep(FIRST)

    async def _let_others_run(self, _call: str = "") -> None:
        for _ in range(self._random.choice((0, 0, 1, 2, 4, 12))):
            await asyncio.sleep(0)

    async def carry_out(self, plan: list[list[Action]]) -> None:
        for batch in plan:
            await asyncio.gather(*(self._act(action) for action in batch))
        self.shop.faults.stop()
        self.shop.gateway.faults.stop()
        self.shop.notifier.faults.stop()
        self._register_second()
        await self.shop.work_to_rest()

    async def _act(self, action: Action) -> None:
        await self._let_others_run()
        match action.what:
            case "show":
                self._show(action.payment_id)
            case "knock":
                await self._knock(action)
            case "knock and leave":
                await self._cut_short(self._knock(action))
            case "work":
                await self._work()
            case "work and crash":
                await self._cut_short(self._work())
            case "register":
                self._register_second()
            case "wait":
                self.shop.clock.advance(action.seconds)
            case _:
                self._plan_fault(action)

    def _show(self, payment_id: str) -> None:
        story = self.stories[payment_id]
        self.shown[payment_id] = min(self.shown[payment_id] + 1, len(story) - 1)
        self.shop.gateway.put(story[self.shown[payment_id]])

    async def _knock(self, action: Action) -> None:
        story, shown = self.stories[action.payment_id], self.shown[action.payment_id]
        claimed = None if action.claims is None else OPENED
        if action.claims in set(PaymentStatus):
            claimed = PaymentStatus(action.claims)
        elif claimed is not None and shown >= 0:
            claimed = story[shown].status
        knock = a_knock(
            action.trigger,
            order_id=action.order_id,
            payment_id=action.payment_id,
            claimed=claimed,
        )
        must_see = _must_see(story, shown, claimed)
        try:
            if action.trigger is Trigger.WEBHOOK:
                await self.shop.receive_webhook(knock)
            elif not isinstance(await self.shop.verify_payment(knock), Settled):
                return
        except RepositoryUnavailable:
            return
        except NOT_SETTLED_NOW:
            pass  # stored for later
        if OWNERS[action.payment_id].order_id == action.order_id:
            self.seen[action.payment_id] = max(self.seen[action.payment_id], must_see)

    async def _work(self) -> None:
        try:
            await self.shop.run_tasks.run_due()
        except RepositoryUnavailable:
            return

    async def _cut_short(self, work: Any) -> None:
        running = asyncio.ensure_future(work)
        for _ in range(self._random.randrange(25)):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def _register_second(self) -> None:
        self.shop.store.orders.setdefault(SECOND.order_id, SECOND)

    def _plan_fault(self, action: Action) -> None:
        faults = {
            "find_payment": self.shop.gateway.faults,
            "send": self.shop.notifier.faults,
        }.get(action.method, self.shop.faults)
        error = self._random.choice(ERRORS[action.method])
        after = action.what == "fail after" and not isinstance(error, ConcurrentUpdate)
        faults.fail(action.method, error, nth=action.nth, after=after)

    # --- what must be true at rest ---------------------------------------------

    def check(self) -> None:
        for order in self.shop.store.orders.values():
            self._check_order(order)
        for payment_id in HONEST:
            self._check_nothing_is_lost(payment_id)
        self._check_messages()

    def _check_order(self, order: Order) -> None:
        assert order.status is status_of(order.payments)
        assert [entry.version for entry in order.history] == list(range(1, order.version + 1))
        for payment in order.payments:
            assert payment.key.payment_id in HONEST
            assert OWNERS[payment.key.payment_id].order_id == order.order_id
            assert as_shown(payment) in self.stories[payment.key.payment_id]
        holding = {payment.key for payment in order.payments if payment.holds_money}
        assert order.settled_by in holding if holding else order.settled_by is None
        for entry in order.history:
            if entry.outcome in (OutcomeKind.FORGED, OutcomeKind.SURPLUS):
                assert self._is_alerted(order, entry)
        assert first_break(order) is None

    def _is_alerted(self, order: Order, entry: HistoryEntry) -> bool:
        differs = {each.field for each in entry.discrepancies}
        is_ours = entry.saw_money and not differs & {"order_id", "mode"}
        is_paid = entry.outcome is OutcomeKind.FORGED and is_ours
        reason = AlertReason.FORGED_PAID if is_paid else AlertReason(entry.outcome)
        task_id = f"alertOperator/{order.order_id}/{entry.key}/{reason}"
        return any(notice.message_id == task_id for notice in self.shop.notifier.accepted)

    def _check_nothing_is_lost(self, payment_id: str) -> None:
        owner, must_see = OWNERS[payment_id], self.seen[payment_id]
        look = self.shop.store.tasks.get(f"recheck/{owner.order_id}/{a_key(payment_id)}/")
        if must_see < 0 or (look is not None and look.park_reason == "orderNotFound"):
            return  # nobody told us, or it waits for a person
        assert look is None or look.state == "done"
        order = self.shop.order(owner.order_id)
        payment = order.payment(a_key(payment_id))
        assert payment is not None
        assert as_shown(payment) in self.stories[payment_id][must_see:]
        if self.stories[payment_id][must_see:] == [self.stories[payment_id][-1]]:
            is_paid = self.stories[payment_id][-1].status is PaymentStatus.PAID
            assert not is_paid or order.status in (OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED)

    def _check_messages(self) -> None:
        notices = [each for each in self.shop.notifier.accepted if isinstance(each, AccountNotice)]
        reasons = {
            each.reason for each in self.shop.notifier.accepted if isinstance(each, OperatorAlert)
        }
        # This gateway never takes back what it said, so nothing stale may look as if it did.
        assert reasons <= {AlertReason.FORGED, AlertReason.FORGED_PAID, AlertReason.SURPLUS}
        told = {(each.message_id, each.order_id, each.account.number) for each in notices}
        assert len({message_id for message_id, _, _ in told}) == len(told)
        per_account = Counter(
            (message_id.rpartition("/")[0], number) for message_id, _, number in told
        )
        assert set(per_account.values()) <= {1}
        assert {each.phone for each in notices} <= {"010-1234-5678"}
        for order in self.shop.store.orders.values():
            if not _was_ever_paid(order):
                awaited = {
                    each.virtual_account for each in order.payments if _was_awaited(order, each)
                }
                assert awaited <= {each.account for each in notices}
        assert self.shop.verify_payment._coalesce._latest == {}


def _was_ever_paid(order: Order) -> bool:
    """Whether money came in, even if part of it had gone back when it was first seen."""
    paid = {OutcomeKind.PAID, OutcomeKind.CANCELLED}
    return any(entry.outcome in paid for entry in order.history)


def as_shown(payment: Payment) -> Payment:
    """The gateway's snapshot, without our remark."""
    return replace(payment, lapsed=False)


def _was_awaited(order: Order, payment: Payment) -> bool:
    """Whether we saw in time that the payment waits for its deposit."""
    account = payment.virtual_account
    if payment.status is not PaymentStatus.AWAITING_DEPOSIT or account is None:
        return False
    assert account.due_at is not None
    seen = [entry.at for entry in order.history if entry.evidence == payment.evidence]
    return min(seen) < account.due_at + DEPOSIT_GRACE


def _must_see(story: list[Payment], shown: int, claimed: PaymentStatus | None) -> int:
    """Which snapshot a knock must bring in, if it is accepted: the one shown as it comes.

    A claim of nothing newer than paid may be answered from the record of a paid order.
    """
    statuses = [each.status for each in story]
    if claimed in (None, PAID) and PAID in statuses:
        return min(shown, statuses.index(PAID))
    return shown


@settings(max_examples=200)
@given(fates, plans, st.integers(0, 2**32))
def test_all_comes_to_rest(
    fates: dict[str, list[PaymentStatus | str]], plan: list[list[Action]], seed: int
) -> None:
    stories = {payment_id: story_of(payment_id, fate) for payment_id, fate in fates.items()}
    runs: list[Run] = []

    async def carry_out() -> None:
        runs.append(Run(stories, seed))
        await runs[0].carry_out(plan)

    asyncio.run(carry_out())

    runs[0].check()
