"""One order, everything that can be said about it: the invariants hold after every step."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.history_audit import first_break, unchained_entries
from domain.history_chain import begun
from domain.money import Money
from domain.order import Order, OrderStatus, Trigger
from domain.order_moves import status_of
from domain.outcome import Forged, Paid, Surplus, VerificationOutcome
from domain.payment import PAYMENT_MOVES, Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.recorded_answer import answer_from_record
from domain.settlement import settle
from domain.tasks import Task
from tests.support.factories import GATEWAY, a_key
from tests.support.strategies import NOW, as_kept, orders, payments, with_true_evidence

LIVE = Policy(mode=Mode.LIVE, merchant_accounts={GATEWAY: "acct-shop"})
KEYS = [a_key(f"imp_{number}") for number in range(3)]
LEAVES_PAID_TO = {OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED}


def cancelled_minor(payment: Payment | None) -> int:
    if payment is None:
        return 0
    assert isinstance(payment.cancelled, Money)
    return payment.cancelled.amount_minor


class OneOrder(RuleBasedStateMachine):
    """The gateway tells the truth, lies, repeats itself, and strangers forge."""

    order: Order
    tasks: dict[str, Task]
    last: Payment | None = None

    @initialize(order=orders())
    def register(self, order: Order) -> None:
        self.order, self.tasks = begun(order), {}

    def settle(self, payment: Payment) -> VerificationOutcome:
        before = self.order
        decision = settle(before, payment, NOW, LIVE, trigger=Trigger.WEBHOOK)
        self.order, self.last = decision.order, payment
        self.remember(decision.tasks)

        # I6: what is written stays, and each write adds one entry.
        assert self.order.history[: len(before.history)] == before.history
        assert self.order.version - before.version in (0, 1)
        assert (self.order is before) is (self.order.version == before.version)
        assert self.order is not before or decision.tasks == ()
        # I3
        if before.status is OrderStatus.PAID:
            assert self.order.status in LEAVES_PAID_TO
        # I2: who settles an order goes on doing so for as long as it holds the money.
        settler = before.settled_by and self.order.payment(before.settled_by)
        if settler and settler.holds_money:
            assert self.order.settled_by == before.settled_by
        # Nothing but a right and full payment is ever called paid.
        if isinstance(decision.outcome, Paid | Surplus):
            assert payment.status is PaymentStatus.PAID
            assert payment.mode is Mode.LIVE
            assert (payment.order_id, payment.total) == (before.order_id, before.amount)
            assert payment in self.order.payments
        if isinstance(decision.outcome, Paid):
            assert self.order.settled_by == payment.key
        return decision.outcome

    def remember(self, tasks: tuple[Task, ...]) -> None:
        for task in tasks:
            assert self.tasks.setdefault(task.task_id, task) == task

    def standing(self) -> tuple[object, ...]:
        return (self.order.status, self.order.payments, self.order.settled_by)

    @rule(data=st.data(), key=st.sampled_from(KEYS))
    def the_gateway_tells_the_truth(self, data: st.DataObject, key: PaymentKey) -> None:
        known = self.order.payment(key)
        statuses = PAYMENT_MOVES[known.status] if known else frozenset(PaymentStatus)
        above_minor = cancelled_minor(known)
        truth = data.draw(payments(self.order, key=key, statuses=statuses, above_minor=above_minor))

        outcome = self.settle(truth)

        assert self.order.payment(key) is not None
        assert not isinstance(outcome, Forged)
        assert self.order.payment(key) == as_kept(truth)

    @precondition(lambda self: self.last is not None)
    @rule()
    def the_last_words_are_repeated(self) -> None:
        assert self.last is not None
        before = self.order

        self.settle(self.last)

        assert self.order is before

    @rule(data=st.data(), key=st.sampled_from(KEYS))
    def the_gateway_says_anything(self, data: st.DataObject, key: PaymentKey) -> None:
        known, before = self.order.payment(key), self.standing()
        said = data.draw(payments(self.order, key=key))

        outcome = self.settle(said)

        if known is not None and not known.may_become(said):
            assert self.standing() == before
            assert not isinstance(outcome, Paid | Surplus)

    @rule(
        data=st.data(),
        key=st.sampled_from(KEYS),
        field=st.sampled_from(["order", "mode", "account", "amount"]),
    )
    def a_stranger_forges(self, data: st.DataObject, key: PaymentKey, field: str) -> None:
        honest, before = data.draw(payments(self.order, key=key)), self.standing()
        forged = {
            "order": replace(honest, order_id=self.order.order_id + "x"),
            "mode": replace(honest, mode=Mode.TEST),
            "account": replace(honest, merchant_account="acct-other"),
            "amount": replace(
                honest,
                status=PaymentStatus.PAID,
                cancelled=Money.zero(self.order.amount.currency),
                total=replace(self.order.amount, amount_minor=1),
            ),
        }[field]

        outcome = self.settle(with_true_evidence(forged))

        # I5
        assert isinstance(outcome, Forged)
        assert self.standing() == before

    @rule(data=st.data(), key=st.sampled_from(KEYS))
    def the_gateway_does_not_tell_the_mode(self, data: st.DataObject, key: PaymentKey) -> None:
        before = self.standing()
        said = replace(data.draw(payments(self.order, key=key)), mode=Mode.UNKNOWN)

        self.settle(with_true_evidence(said))

        assert self.standing() == before

    @invariant()
    def the_chain_of_the_history_holds(self) -> None:
        assert first_break(self.order) is None
        assert unchained_entries(self.order) == 0

    @invariant()
    def the_versions_are_contiguous(self) -> None:
        versions = [entry.version for entry in self.order.history]
        assert versions == list(range(1, self.order.version + 1))

    @invariant()
    def at_most_one_payment_settles_and_it_is_a_right_one(self) -> None:
        keys = [payment.key for payment in self.order.payments]
        assert len(keys) == len(set(keys))
        holding = [payment for payment in self.order.payments if payment.holds_money]
        if self.order.settled_by is None:
            assert holding == []
        else:
            settler = self.order.payment(self.order.settled_by)
            assert settler in holding
            assert settler is not None
            assert settler.mode is Mode.LIVE
            assert (settler.order_id, settler.total) == (self.order.order_id, self.order.amount)

    @invariant()
    def the_status_follows_from_the_payments(self) -> None:
        assert self.order.status is status_of(self.order.payments)
        if self.order.status is OrderStatus.PAID:
            assert self.order.settled_by is not None

    @invariant()
    def every_surplus_was_alerted_when_it_came(self) -> None:
        holding = {payment.key for payment in self.order.payments if payment.holds_money}
        alerted = {task.key for task in self.tasks.values() if task.detail == "surplus"}
        assert len(holding - alerted) <= 1

    @invariant()
    def the_record_answers_only_what_is_final(self) -> None:
        for payment in self.order.payments:
            answer = answer_from_record(self.order, payment.key, None)
            is_own = payment.key == self.order.settled_by
            if payment.status is PaymentStatus.PAID and is_own:
                assert answer == Paid()
            elif payment.status is not PaymentStatus.CANCELLED:
                assert answer is None


OneOrder.TestCase.settings = settings(
    stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]
)
TestOneOrder = OneOrder.TestCase
