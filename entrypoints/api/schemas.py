"""The shapes of all bodies, in the words of the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

_A_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
# What the domain judges is only described here (`extra_json_schema`), so that there is one judge.
# Amounts come as they were sent, since a float would have lost some of it.
Amount = Annotated[
    Any,
    Meta(
        description="Major units, as a JSON number or decimal text.",
        examples=["1000", 14.2],
        extra_json_schema={"anyOf": [{"type": "number"}, {"type": "string", "pattern": _A_NUMBER}]},
    ),
]
OrderId = Annotated[
    str,
    Meta(
        description="1 to 40 characters of A-Z a-z 0-9 . _ : -",
        examples=["order-0001"],
        extra_json_schema={"pattern": "^[A-Za-z0-9._:-]{1,40}$"},
    ),
]
PaymentId = Annotated[
    str,
    Meta(
        description="The gateway's id of the payment.",
        extra_json_schema={"pattern": "^[A-Za-z0-9._:=-]{1,200}$"},
    ),
]
CurrencyCode = Annotated[
    str,
    Meta(description="ISO 4217", examples=["KRW"], extra_json_schema={"pattern": "^[A-Z]{3}$"}),
]
Phone = Annotated[
    str,
    Meta(examples=["+82 10-0000-0000"], extra_json_schema={"pattern": "^[+]?[0-9][0-9 -]{0,18}$"}),
]
Locale = Annotated[
    str,
    Meta(
        description="A language tag. Korean is written to as such, everyone else in English.",
        examples=["ko", "en-US"],
        extra_json_schema={"pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}$"},
    ),
]
DecimalText = Annotated[str, Meta(examples=["1000", "14.20"])]
AwareTime = Annotated[datetime, Meta(tz=True)]
ClientToken = Annotated[str, Meta(min_length=1, max_length=200)]
ApprovalToken = Annotated[str, Meta(min_length=1, max_length=2000)]


class Private(msgspec.Struct):
    """What holds a secret or somebody's number: nothing of it is shown by accident."""

    def __repr__(self) -> str:
        return type(self).__name__


# --- what we are sent
class CustomerBody(Private, rename={"customer_id": "id"}, forbid_unknown_fields=True):
    """The buyer. The phone gets the virtual account by SMS, in the locale's language."""

    customer_id: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 100})]
    phone: Phone | None = None
    locale: Locale | None = None


class OrderBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the shop sold. An unknown field is refused: it may be a known one misspelt."""

    order_id: OrderId
    amount: Amount
    currency: CurrencyCode
    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})] | None = None
    customer: CustomerBody | None = None
    expires_at: AwareTime | None = None


class RefundAccountBody(Private, forbid_unknown_fields=True):
    """Where a deposit goes back to, since it cannot go back the way it came."""

    bank_code: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 20})]
    number: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 40})]
    holder: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 60})]
    phone: Phone | None = None


class RefundBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the shop wants given back. The amount is of the payment's currency."""

    payment_id: PaymentId
    amount: Amount
    reason: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]
    currency: CurrencyCode | None = None
    gateway: str | None = None
    refund_account: RefundAccountBody | None = None


# --- what we answer
class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Message(msgspec.Struct):
    """A status word, and a sentence in Korean or English."""

    status: str
    message: str
    errors: list[FieldError] | UnsetType = UNSET


class Declined(msgspec.Struct):
    """Any answer that stops a payment. What has the reason is the gateway's own name for it."""


class VirtualAccountView(msgspec.Struct):
    """Where the buyer must transfer to, and until when."""

    bank_code: str | None
    bank_name: str | None
    number: str
    holder: str | None
    due_at: datetime | None


class CompletedView(msgspec.Struct):
    """The verdict for the buyer's page; the order's own data only for its client token."""

    status: str
    message: str
    order_id: str | UnsetType = UNSET
    amount: DecimalText | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    receipt_url: str | UnsetType | None = UNSET
    virtual_account: VirtualAccountView | UnsetType | None = UNSET


class RegisteredView(Private):
    """A registered order; the client token is for the page of the buyer whose order it is."""

    order_id: str
    status: str
    amount: DecimalText
    currency: str
    client_token: str


class PaymentView(msgspec.Struct):
    """A payment as the gateway last showed it.

    `discount` is the part of the amount that somebody else than the buyer bears, if there is one.
    """

    payment_id: str
    gateway: str
    status: str
    amount: DecimalText
    cancelled_amount: DecimalText
    method: str | None
    paid_at: datetime | None
    virtual_account: VirtualAccountView | None
    receipt_url: str | None
    discount: DecimalText | UnsetType = UNSET


class DiscrepancyView(msgspec.Struct):
    """One bound field in which a payment differs from its order."""

    field: str
    expected: str
    actual: str


class HistoryEntryView(msgspec.Struct):
    """One verdict that changed the record; what it was made of, if that is asked for.

    `evidence` is the SHA-256 of the gateway's answer, `previous_hash` that of the entry before.
    What an older release did not record is null.
    """

    at: datetime
    trigger: str
    outcome: str
    payment_id: str
    discrepancies: list[DiscrepancyView]
    payment_status: str | UnsetType | None = UNSET
    evidence: str | UnsetType = UNSET
    rule_version: int | UnsetType | None = UNSET
    previous_hash: str | UnsetType | None = UNSET


class RefundView(msgspec.Struct):
    """A refund as it stands; `reason` is the shop's, `refused_because` ours or the gateway's."""

    refund_id: str
    payment_id: str
    gateway: str
    status: str
    amount: DecimalText
    currency: str
    reason: str
    requested_at: datetime
    requested_by: str
    refused_because: str | None


class RefundAnswerView(RefundView, kw_only=True):
    """The same as the answer to a request for it."""

    message: str
    order_id: str


class OrderView(msgspec.Struct):
    """An order with all that happened to it, oldest first; refunds only if there are some."""

    order_id: str
    status: str
    amount: DecimalText
    currency: str
    customer_id: str | None
    payments: list[PaymentView]
    history: list[HistoryEntryView]
    refunds: list[RefundView] | UnsetType = UNSET


class WaitingAccountView(msgspec.Struct):
    """An account that waits for its deposit, and what it is for."""

    order_id: str
    payment_id: str
    gateway: str
    amount: DecimalText
    currency: str
    bank_code: str | None
    bank_name: str | None
    number: str
    holder: str | None
    due_at: datetime | None


class WaitingAccountsView(msgspec.Struct):
    """A customer's accounts that wait for a deposit, newest order first."""

    customer_id: str
    virtual_accounts: list[WaitingAccountView]


class ReadinessView(msgspec.Struct):
    """Whether requests can be served, and which part fails if not."""

    status: str
    message: str
    database: str
    worker: str
