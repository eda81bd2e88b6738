"""One record or more of every kind that a store keeps, with nothing left empty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.money import Currency, Money, UnreadableAmount
from domain.order import Order
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import Mode, PaymentStatus
from domain.refund import RefundStatus, RefundStep, Requester
from domain.tasks import AlertReason, TaskKind
from ports.operator_log import OperatorAct, OperatorAction
from ports.seen_webhooks import SeenWebhook
from ports.stored_task import StoredTask
from ports.stray_payments import StrayPayment
from ports.sweep_log import SweepReport
from ports.sweep_state import SweepState
from ports.taken_allowance import TakenAllowance
from tests.contract.evolution import next_version
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    a_task,
    an_account,
    an_order,
    won,
)

LATER = NOON + timedelta(minutes=5)
UNREADABLE = UnreadableAmount(number="10.005", currency_code="KRW")
FULL_PAYMENT = a_payment(
    mode=Mode.TEST,
    merchant_account="store-1",
    virtual_account=an_account(),
    receipt_url="https://example.com/r?a=1&b=가",
    failure_reason="카드 한도 초과",
    discount=won(300),
)


def orders() -> list[Order]:
    return [an_order(order_id="bare", name=None, customer=None), _of_many_versions()]


def tasks() -> list[StoredTask]:
    """In every state, of both orders and of one that has not come."""
    return [
        StoredTask.waiting(a_task(order_id="not-come-yet")),
        replace(StoredTask.waiting(a_task()), attempts=3, ready_at=LATER, reason="absent"),
        StoredTask(
            task=a_task(kind=TaskKind.TELL_SHOP, detail="2", lane="shop", position=2),
            state="leased",
            ready_at=LATER,
            attempts=1,
            lease="1f2e3d",
        ),
        StoredTask(
            task=a_task(kind=TaskKind.TELL_BUYER_ACCOUNT, detail="6bb35f"),
            state="done",
            ready_at=NOON,
            attempts=1,
            reason="number-refused",
            set_aside_at=LATER,
            drop_note="ann: told by phone",
        ),
        StoredTask(
            task=a_task(kind=TaskKind.ALERT_OPERATOR, order_id="bare", detail=AlertReason.FORGED),
            state="parked",
            ready_at=NOON,
            attempts=12,
            reason="tooOften",
            set_aside_at=LATER,
        ),
    ]


def strays() -> list[StrayPayment]:
    """Two, of which one is whole and of the other the amounts cannot be read."""
    whole = replace(FULL_PAYMENT, key=a_key("imp_stray"), order_id="nobody's / 아무")
    unreadable = replace(
        whole,
        key=a_key("imp_other"),
        status=PaymentStatus.UNKNOWN,
        total=UNREADABLE,
        cancelled=UNREADABLE,
        discount=None,
    )
    reason = AlertReason.FORGED
    return [
        StrayPayment(payment=whole, reason=reason, found_at=NOON, told=True),
        StrayPayment(payment=unreadable, reason=reason, found_at=LATER),
    ]


def sweep_states() -> list[SweepState]:
    """One that is being swept, one that is not, and one that never was."""
    return [
        SweepState(
            gateway="portone-v1", cursor=NOON, token="a1b2", lease_until=LATER, ended_at=NOON
        ),
        SweepState(gateway="stripe", cursor=NOON, ended_at=LATER),
        SweepState(gateway="toss"),
    ]


def sweep_reports() -> list[SweepReport]:
    done = SweepReport(
        gateway="portone-v1",
        by="worker",
        since=NOON,
        until=LATER,
        began_at=NOON,
        ended_at=LATER,
        pages=3,
        payments=2345,
        questions=7,
        found={"missingHere": 2, "over": 1},
    )
    return [done, replace(done, by="cli", found={}, stopped="gatewayUnavailable")]


def allowances() -> list[TakenAllowance]:
    """Two of one day, and one that counts in another currency."""
    taken = TakenAllowance(day=NOON.date(), refund_id="rf-1", amount=won(300))
    dollars = Money.of("3.50", Currency("USD"))
    return [taken, replace(taken, refund_id="rf-2"), replace(taken, amount=dollars)]


def operator_actions() -> list[OperatorAction]:
    looked = OperatorAction(
        action_id="action-1",
        at=NOON,
        operator="김운영",
        act=OperatorAct.LOOKED_AGAIN,
        order_id=ORDER_ID,
        subject="portone-v1/imp_000000000001",
    )
    declined = replace(looked, act=OperatorAct.DECLINED_REFUND, reason="이미 교환함")
    return [looked, replace(declined, action_id="action-2")]


def seen_webhooks() -> list[SeenWebhook]:
    """Two of one gateway, and one of the same id at another."""
    seen = SeenWebhook(gateway="toss", delivery_id="msg/1", seen_at=NOON)
    return [seen, replace(seen, delivery_id="msg/2", seen_at=LATER), replace(seen, gateway="x")]


def _of_many_versions() -> Order:
    order = next_version(
        an_order(expires_at=LATER, settled_by=FULL_PAYMENT.key),
        FULL_PAYMENT,
        a_payment(
            key=a_key("imp_2"), status=PaymentStatus.UNKNOWN, total=UNREADABLE, cancelled=UNREADABLE
        ),
    )
    refunds = (
        a_refund(
            status=RefundStatus.ASKED,
            requested_by=Requester.CLI,
            operator="kim",
            account=a_refund_account(),
        ),
        a_refund(
            refund_id=f"rf-1123456789abcdef0123-{ORDER_ID}",
            status=RefundStatus.REFUSED,
            refused_because="이미 취소됨",
        ),
    )
    forged = Discrepancy(field="amount", expected=str(won(1000)), actual="1 KRW")
    order = _with_last_entry(
        next_version(order), outcome=OutcomeKind.FORGED, discrepancies=(forged,)
    )
    return _with_last_entry(
        next_version(order, refunds=refunds),
        outcome=RefundStep.REFUND_ASKED,
        refund_id=refunds[0].refund_id,
    )


def _with_last_entry(order: Order, **changes: Any) -> Order:
    *before, last = order.history
    return replace(order, history=(*before, replace(last, **changes)))


RECORDS: dict[str, Callable[[], list[Any]]] = {
    "orders": orders,
    "tasks": tasks,
    "stray payments": strays,
    "sweep cursors": sweep_states,
    "sweep reports": sweep_reports,
    "allowances": allowances,
    "operator actions": operator_actions,
    "seen webhooks": seen_webhooks,
}
