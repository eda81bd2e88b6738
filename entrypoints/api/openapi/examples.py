"""One example of each body, made of the very shapes that are read and sent."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from entrypoints.api import messages, schemas
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.api.messages import StatusWord

Shape = type[msgspec.Struct]

_ACCOUNT = schemas.VirtualAccountView(
    bank_code="088",
    bank_name="신한은행",
    number="56211234567890",
    holder="홍길동",
    due_at=datetime(2026, 3, 4, 14, 59, 59, tzinfo=UTC),
)
_TOKEN = "q3vXh0sY8mZJ4n1tW6b2Rg"  # noqa: S105 - made up
_RECEIPT_URL = "https://receipt.example/imp_448280090638"

_EXAMPLES: dict[Shape, msgspec.Struct] = {
    type(example): example
    for example in (
        schemas.OrderBody(
            order_id="order-0001",
            amount="14.20",
            currency="USD",
            name="Coffee beans, 1 kg",
            customer=schemas.CustomerBody(
                customer_id="customer-1", phone="+82 10-1234-5678", locale="ko"
            ),
            expires_at=datetime(2026, 3, 4, 15, 0, tzinfo=UTC),
        ),
        schemas.RegisteredView(
            order_id="order-0001",
            status="pending",
            amount="1000",
            currency="KRW",
            client_token=_TOKEN,
        ),
        schemas.OrderView(
            order_id="order-0001",
            status="awaitingDeposit",
            amount="1000",
            currency="KRW",
            customer_id="customer-1",
            payments=[
                schemas.PaymentView(
                    payment_id="imp_448280090638",
                    gateway="portone-v1",
                    status="awaitingDeposit",
                    amount="1000",
                    cancelled_amount="0",
                    method="vbank",
                    paid_at=None,
                    virtual_account=_ACCOUNT,
                    receipt_url=None,
                )
            ],
            history=[
                schemas.HistoryEntryView(
                    at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
                    trigger="browser",
                    outcome="forgery",
                    payment_id="imp_448280090637",
                    discrepancies=[
                        schemas.DiscrepancyView(field="amount", expected="1000", actual="100")
                    ],
                    payment_status="paid",
                    evidence="5f0c53c3e4fbb5e8ce90a1f5ef0bd8f1b9e6ea04ab9d6e2c2c8b9f64a0f5a4d1",
                    rule_version=1,
                    previous_hash="0a4e6b0d5f2f6ab4ff8ab8d0f2d9b7c05ad3b8a1c7a5ad26a4d4fd1b1f8e9c33",
                ),
                schemas.HistoryEntryView(
                    at=datetime(2026, 3, 2, 12, 1, tzinfo=UTC),
                    trigger="webhook",
                    outcome="vbankIssued",
                    payment_id="imp_448280090638",
                    discrepancies=[],
                    payment_status="awaitingDeposit",
                    evidence="c1d4a6f08b1e0e1f4b9a3e6d7c8b5a493827160504f3e2d1c0bfaf9e8d7c6b5a",
                    rule_version=1,
                    previous_hash="9b74c9897bac770ffc029102a200c5de7f3b6c0d1a8e5f4b2c3d6e7f8091a2b3",
                ),
            ],
        ),
        schemas.RefundBody(
            payment_id="imp_448280090638",
            amount="300",
            reason="Two of five returned",
            refund_account=schemas.RefundAccountBody(
                bank_code="088", number="110-222-333333", holder="홍길동"
            ),
        ),
        schemas.RefundAnswerView(
            refund_id="rf-1f0c6f5b2c9d4e8a7b3d-order-0001",
            order_id="order-0001",
            payment_id="imp_448280090638",
            gateway="portone-v1",
            status="requested",
            message=messages.REFUND_REQUESTED.korean,
            amount="300",
            currency="KRW",
            reason="Two of five returned",
            requested_at=datetime(2026, 3, 5, 9, 0, tzinfo=UTC),
            requested_by="shop",
            refused_because=None,
        ),
        schemas.WaitingAccountsView(
            customer_id="customer-1",
            virtual_accounts=[
                schemas.WaitingAccountView(
                    order_id="order-0001",
                    payment_id="imp_448280090638",
                    gateway="portone-v1",
                    amount="1000",
                    currency="KRW",
                    bank_code=_ACCOUNT.bank_code,
                    bank_name=_ACCOUNT.bank_name,
                    number=_ACCOUNT.number,
                    holder=_ACCOUNT.holder,
                    due_at=_ACCOUNT.due_at,
                )
            ],
        ),
    )
}


def example_of(shape: Shape) -> Any:
    """An example of a body that is not about one status word."""
    return msgspec.to_builtins(_EXAMPLES[shape])


def completion_example(face: GatewayFace) -> Any:
    """What a buyer's page sends about a payment of that gateway."""
    fields = face.adapter.completion
    ids = {fields.payment_id: face.adapter.nobodys_payment_id, fields.order_id: "order-0001"}
    return ids | {"client_token": _TOKEN}


def example_saying(word: StatusWord, shape: Shape) -> Any:
    """An example of that shape for one status word, in Korean."""
    said = (word.word, word.korean)
    is_invalid = word is messages.INVALID_REQUEST
    errors = [schemas.FieldError(field="imp_uid", message="is required")] if is_invalid else None
    example: msgspec.Struct
    if issubclass(shape, schemas.Declined):
        example = shape(*said, word.korean, errors or msgspec.UNSET)
    elif shape is schemas.ReadinessView:
        database = "ok" if word is messages.READY else "unavailable"
        example = schemas.ReadinessView(*said, database=database, worker="ok")
    elif shape is schemas.CompletedView and word in (messages.SUCCESS, messages.ACCOUNT_ISSUED):
        is_paid = word is messages.SUCCESS
        example = schemas.CompletedView(
            *said,
            order_id="order-0001",
            amount="1000",
            currency="KRW",
            receipt_url=_RECEIPT_URL if is_paid else None,
            virtual_account=None if is_paid else _ACCOUNT,
        )
    else:
        example = schemas.Message(*said, errors=errors or msgspec.UNSET)
    return msgspec.to_builtins(example)
