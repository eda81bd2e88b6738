"""Reads, from the control API, which payment is to be opened."""

from dataclasses import dataclass

from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import number_from
from sandbox.portone_v1.opening import NewPayment
from sandbox.portone_v1.payment import DEPOSIT_WITHIN_S
from sandbox.portone_v1.world import World

_KNOWN = (
    "amount",
    "currency",
    "due_in_s",
    "enforce_prepared",
    "imp_uid",
    "issue",
    "merchant_uid",
    "notice_url",
    "omit",
    "overrides",
    "pay_method",
    "sandbox",
    "status",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A payment to open, and the URL that shall get its webhooks instead of the console's."""

    payment: NewPayment
    notice_url: str | None


def read_opening(value: object, world: World) -> Opening:
    """Read one request to open a payment; raises ControlError."""
    fields = Fields.within(value, *_KNOWN)
    new = NewPayment(
        merchant_uid=fields.required_text("merchant_uid", limit=40),
        amount=fields.required_amount("amount"),
        currency=fields.text("currency", limit=10) or "KRW",
        pay_method=fields.text("pay_method", limit=20) or "card",
        status=fields.text("status", limit=40) or "ready",
        imp_uid=fields.text("imp_uid", limit=32),
        sandbox=fields.flag("sandbox", default=False),
        issue=fields.flag("issue", default=True),
        due_in_s=fields.due_in_s(DEPOSIT_WITHIN_S),
        overrides=fields.mapping("overrides"),
        omit=fields.names("omit"),
    )
    if fields.flag("enforce_prepared", default=False):
        _compare_with_prepared(new, world)
    return Opening(new, fields.url("notice_url", allow_remote=world.allow_remote))


def _compare_with_prepared(new: NewPayment, world: World) -> None:
    """Refuse to open the window, as the vendor does, when the shop announced something else."""
    prepared = world.ledger.prepared.get(new.merchant_uid)
    if prepared is None:
        return
    if number_from(prepared["amount"]) != new.amount:
        raise ControlError(409, "the amount differs from the one the shop has prepared")
    if prepared["currency"] not in (None, new.currency):
        raise ControlError(409, "the currency differs from the one the shop has prepared")
