"""Rows of refunds to values of the domain and back."""

import sqlite3

from adapters.sqlite.cells import (
    Cells,
    microseconds,
    moment,
    optional_microseconds,
    optional_moment,
)
from domain.money import Currency, Money
from domain.order import Order
from domain.payment import PaymentKey
from domain.refund import Refund, RefundAccount, RefundStatus, Requester


def refund_cells(order: Order, position: int) -> Cells:
    refund = order.refunds[position]
    account, before = refund.account, refund.cancelled_before
    return {
        "refund_id": refund.refund_id,
        "order_id": order.order_id,
        "position": position,
        "gateway": refund.key.gateway,
        "payment_id": refund.key.payment_id,
        "amount_minor": refund.amount.amount_minor,
        "currency": refund.amount.currency_code,
        "reason": refund.reason,
        "requested_at": microseconds(refund.requested_at),
        "requested_by": refund.requested_by.value,
        "contents": refund.contents,
        "status": refund.status.value,
        "operator": refund.operator,
        "account_bank_code": account.bank_code if account else None,
        "account_number": account.number if account else None,
        "account_holder": account.holder if account else None,
        "account_phone": account.phone if account else None,
        "asked_at": optional_microseconds(refund.asked_at),
        "cancelled_before_minor": before.amount_minor if before else None,
        "refused_because": refund.refused_because,
    }


def refund_from(row: sqlite3.Row) -> Refund:
    """The refund, or what its values raise."""
    currency, before_minor = Currency(row["currency"]), row["cancelled_before_minor"]
    before = None if before_minor is None else Money(amount_minor=before_minor, currency=currency)
    return Refund(
        refund_id=row["refund_id"],
        key=PaymentKey(gateway=row["gateway"], payment_id=row["payment_id"]),
        amount=Money(amount_minor=row["amount_minor"], currency=currency),
        reason=row["reason"],
        requested_at=moment(row["requested_at"]),
        requested_by=Requester(row["requested_by"]),
        contents=row["contents"],
        status=RefundStatus(row["status"]),
        operator=row["operator"],
        account=_account(row),
        asked_at=optional_moment(row["asked_at"]),
        cancelled_before=before,
        refused_because=row["refused_because"],
    )


def _account(row: sqlite3.Row) -> RefundAccount | None:
    if row["account_number"] is None:
        return None
    return RefundAccount(
        bank_code=row["account_bank_code"],
        number=row["account_number"],
        holder=row["account_holder"],
        phone=row["account_phone"],
    )
