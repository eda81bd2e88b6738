"""Mistakes in the rules: what is compared, what follows, what is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from application import notify
from domain import consequences, history, order_moves, settlement, verification
from domain.order import Order, OrderStatus
from domain.outcome import Discrepancy, OutcomeKind, Pending, VerificationOutcome
from domain.payment import PAYMENT_MOVES, Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.settlement import Decision
from domain.tasks import AlertReason, Task, TaskKind
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_compare = verification.compare
_verify = verification.verify
_decide = settlement._decide
_tasks_for = consequences.tasks_for
_written_down = history.written_down


def _blind_to(field: str) -> Patches:
    def compare(order: Order, payment: Payment, policy: Policy) -> Iterator[Discrepancy]:
        return (each for each in _compare(order, payment, policy) if each.field != field)

    return [replacing(verification, "compare", compare)]


@planted("the amount is not compared")
def amount() -> Patches:
    return _blind_to("amount")


@planted("the currency is not compared")
def currency() -> Patches:
    return _blind_to("currency")


@planted("the mode is not compared")
def mode() -> Patches:
    return _blind_to("mode")


@planted("the order id is not compared")
def order_id() -> Patches:
    return _blind_to("order_id")


@planted("a mode that is not told passes")
def untold_mode() -> Patches:
    return [replacing(Policy, "allows", lambda _self, mode: mode is not Mode.TEST)]


@planted("the status is judged before the amount")
def status_first() -> Patches:
    def verify(order: Order, payment: Payment, policy: Policy) -> VerificationOutcome:
        if payment.status is not PaymentStatus.PAID:
            return verification._judge_status(order, payment)
        return _verify(order, payment, policy)

    return [replacing(settlement, "verify", verify)]


@planted("a forged attempt blocks the order")
def forged_blocks() -> Patches:
    def decide(order: Order, *rest: Any) -> Decision:
        if any(entry.outcome is OutcomeKind.FORGED for entry in order.history):
            return Decision(order=order, outcome=Pending())
        return _decide(order, *rest)

    return [replacing(settlement, "_decide", decide)]


@planted("an order that has expired takes no late deposit")
def expired_is_final() -> Patches:
    def decide(order: Order, *rest: Any) -> Decision:
        if order.status is OrderStatus.EXPIRED:
            return Decision(order=order, outcome=Pending())
        return _decide(order, *rest)

    return [replacing(settlement, "_decide", decide)]


@planted("failed is final")
def failed_is_final() -> Patches:
    moves = PAYMENT_MOVES | {PaymentStatus.FAILED: frozenset({PaymentStatus.FAILED})}

    def may_become(known: Payment, later: Payment) -> bool:
        return later.status in moves[known.status]

    return [replacing(Payment, "may_become", may_become)]


@planted("the word cancelled decides, not the amount")
def cancelled_by_word() -> Patches:
    def decide(order: Order, payment: Payment, *rest: Any) -> Decision:
        if payment.status is PaymentStatus.PARTIALLY_CANCELLED:
            payment = replace(payment, status=PaymentStatus.CANCELLED, cancelled=payment.total)
        return _decide(order, payment, *rest)

    return [replacing(settlement, "_decide", decide)]


@planted("what the gateway takes back is taken back")
def illegal_moves() -> Patches:
    return [
        replacing(Payment, "may_become", lambda _known, _later: True),
        replacing(order_moves, "check_move", lambda _current, _wanted: None),
    ]


@planted("the latest payment takes the order over")
def latest_settles() -> Patches:
    def settler(_current: PaymentKey | None, payments: tuple[Payment, ...]) -> PaymentKey | None:
        return next((each.key for each in reversed(payments) if each.holds_money), None)

    return [replacing(order_moves, "_settler", settler)]


@planted("a second payment is nobody's business")
def surplus_is_silent() -> Patches:
    def tasks_for(*given: Any) -> tuple[Task, ...]:
        return tuple(task for task in _tasks_for(*given) if task.detail != AlertReason.SURPLUS)

    return [replacing(settlement, "tasks_for", tasks_for)]


@planted("the same snapshot is written down again")
def says_it_again() -> Patches:
    return [replacing(Payment, "says_the_same_as", lambda _known, _other: False)]


@planted("the history is cut short")
def short_history() -> Patches:
    def written_down(*given: Any) -> Order:
        order = _written_down(*given)
        return replace(order, history=order.history[-2:])

    return [replacing(settlement, "written_down", written_down)]


@planted("each snapshot of an account is a message of its own")
def account_told_again() -> Patches:
    def account_tasks(
        order: Order, known: Payment | None, payment: Payment, now: datetime
    ) -> list[Task]:
        if known is not None and known.status is payment.status:
            return []
        if payment.awaited_account is None or order.settled_by is not None:
            return []
        kind = TaskKind.TELL_BUYER_ACCOUNT
        return [
            Task(
                kind=kind,
                order_id=order.order_id,
                key=payment.key,
                due_at=now,
                detail=f"{now:%H%M%S%f}",
            )
        ]

    return [
        replacing(consequences, "account_tasks", account_tasks),
        replacing(notify, "account_tasks", account_tasks),
    ]


@planted("an account's deadline is not watched")
def no_deadline() -> Patches:
    return [replacing(consequences, "_deadline_tasks", lambda *_given: [])]
