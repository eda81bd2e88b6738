"""Refunds as parts of their order's document, and back."""

from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.value_fields import key_fields, money_fields, read_key, read_money
from domain.refund import Refund, RefundAccount, RefundStatus, Requester


def refund_fields(refund: Refund) -> Document:
    account, before = refund.account, refund.cancelled_before
    return {
        "refund_id": refund.refund_id,
        "key": key_fields(refund.key),
        "amount": money_fields(refund.amount),
        "reason": refund.reason,
        "requested_at": moment_text(refund.requested_at),
        "requested_by": refund.requested_by.value,
        "contents": refund.contents,
        "status": refund.status.value,
        "operator": refund.operator,
        "account": account
        and {
            "bank_code": account.bank_code,
            "number": account.number,
            "holder": account.holder,
            "phone": account.phone,
        },
        "asked_at": refund.asked_at and moment_text(refund.asked_at),
        "cancelled_before": before and money_fields(before),
        "refused_because": refund.refused_because,
    }


def read_refund(fields: StoredFields) -> Refund:
    return Refund(
        refund_id=fields.text("refund_id"),
        key=read_key(fields.part("key")),
        amount=read_money(fields.part("amount")),
        reason=fields.text("reason"),
        requested_at=fields.moment("requested_at"),
        requested_by=fields.choice("requested_by", Requester),
        contents=fields.text("contents"),
        status=fields.choice("status", RefundStatus),
        operator=fields.text_or_none("operator"),
        account=fields.part_or_none("account", _read_account),
        asked_at=fields.moment_or_none("asked_at"),
        cancelled_before=fields.part_or_none("cancelled_before", read_money),
        refused_because=fields.text_or_none("refused_because"),
    )


def _read_account(fields: StoredFields) -> RefundAccount:
    return RefundAccount(
        bank_code=fields.text("bank_code"),
        number=fields.text("number"),
        holder=fields.text("holder"),
        phone=fields.text_or_none("phone"),
    )
