"""Shows orders and payments in the words of the wire."""

from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET

from application.read_order import WaitingAccount
from domain.order import HistoryEntry, Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.payment import Payment
from domain.refund import Refund, RefundStep
from domain.virtual_account import VirtualAccount
from entrypoints.api.messages import OUTCOME_WORDS
from entrypoints.api.schemas import (
    DiscrepancyView,
    HistoryEntryView,
    OrderView,
    PaymentView,
    RefundAnswerView,
    RefundView,
    RegisteredView,
    VirtualAccountView,
    WaitingAccountView,
)


def registered_view(order: Order, status: OrderStatus) -> RegisteredView:
    """The answer to a registration, with the token for the buyer's page."""
    return RegisteredView(
        order_id=order.order_id,
        status=status,
        amount=order.amount.number,
        currency=order.amount.currency_code,
        client_token=order.client_token,
    )


def order_view(order: Order, status: OrderStatus, *, with_evidence: bool = False) -> OrderView:
    """The whole order; the buyer's phone is not shown."""
    return OrderView(
        order_id=order.order_id,
        status=status,
        amount=order.amount.number,
        currency=order.amount.currency_code,
        customer_id=None if order.customer is None else order.customer.customer_id,
        payments=[_payment_view(payment) for payment in order.payments],
        history=[_history_view(entry, with_evidence=with_evidence) for entry in order.history],
        refunds=[RefundView(**_refund_fields(refund)) for refund in order.refunds] or UNSET,
    )


def refund_view(order: Order, refund: Refund, message: str) -> RefundAnswerView:
    """A refund with its order and a sentence; the account that it goes to is not shown."""
    return RefundAnswerView(**_refund_fields(refund), message=message, order_id=order.order_id)


def account_view(account: VirtualAccount) -> VirtualAccountView:
    """A virtual account."""
    return VirtualAccountView(
        bank_code=account.bank_code,
        bank_name=account.bank_name,
        number=account.number,
        holder=account.holder,
        due_at=_utc(account.due_at),
    )


def waiting_view(waiting: WaitingAccount, account: VirtualAccount) -> WaitingAccountView:
    """A virtual account with the order that it pays for."""
    return WaitingAccountView(
        order_id=waiting.order.order_id,
        payment_id=waiting.payment.key.payment_id,
        gateway=waiting.payment.key.gateway,
        amount=waiting.order.amount.number,
        currency=waiting.order.amount.currency_code,
        bank_code=account.bank_code,
        bank_name=account.bank_name,
        number=account.number,
        holder=account.holder,
        due_at=_utc(account.due_at),
    )


def _refund_fields(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": refund.refund_id,
        "payment_id": refund.key.payment_id,
        "gateway": refund.key.gateway,
        "status": refund.status,
        "amount": refund.amount.number,
        "currency": refund.amount.currency_code,
        "reason": refund.reason,
        "requested_at": refund.requested_at.astimezone(UTC),
        "requested_by": refund.operator or refund.requested_by,
        "refused_because": refund.refused_because,
    }


def _payment_view(payment: Payment) -> PaymentView:
    account = payment.virtual_account
    return PaymentView(
        payment_id=payment.key.payment_id,
        gateway=payment.key.gateway,
        status=payment.status,
        amount=payment.total.number,
        cancelled_amount=payment.cancelled.number,
        method=payment.method,
        paid_at=_utc(payment.paid_at),
        virtual_account=None if account is None else account_view(account),
        receipt_url=payment.receipt_url,
        discount=UNSET if payment.discount is None else payment.discount.number,
    )


def _history_view(entry: HistoryEntry, *, with_evidence: bool) -> HistoryEntryView:
    view = HistoryEntryView(
        at=entry.at.astimezone(UTC),
        trigger=entry.trigger,
        outcome=_outcome_word(entry.outcome),
        payment_id=entry.key.payment_id,
        discrepancies=[
            DiscrepancyView(
                field=discrepancy.field, expected=discrepancy.expected, actual=discrepancy.actual
            )
            for discrepancy in entry.discrepancies
        ],
    )
    if with_evidence:
        view.payment_status = entry.payment_status
        view.evidence = entry.evidence
        view.rule_version = entry.rule_version
        view.previous_hash = entry.previous_hash
    return view


def _outcome_word(outcome: OutcomeKind | RefundStep) -> str:
    """A verdict has the word that its browser was answered; a refund's step its own."""
    return outcome if isinstance(outcome, RefundStep) else OUTCOME_WORDS[outcome].word


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
