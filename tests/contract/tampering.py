"""An order whose story fills every field, and another value for each, to put there by hand."""

from dataclasses import replace
from datetime import timedelta

from application.audit_history import Audited, AuditHistory
from domain.history_chain import begun
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import OutcomeKind
from domain.payment import Mode, PaymentStatus
from domain.policy import Policy
from domain.refund import RefundStatus, Requester
from domain.refund_steps import asked, requested
from domain.settlement import settle
from ports.order_repository import OrderRepository
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    an_account,
    an_order,
    won,
)

LIVE = Policy(mode=Mode.LIVE)
ISSUED = a_payment(status=PaymentStatus.AWAITING_DEPOSIT, key=a_key("imp_issued"))
PAID = a_payment(
    merchant_account="store-1",
    virtual_account=an_account(),
    receipt_url="https://example.com/r",
    failure_reason="first refused",
    discount=won(300),
)
REFUND = a_refund(operator="kim", refused_because="not yet", account=a_refund_account())
# Another word where only some are known; everything else is changed by hand below.
_OTHER_WORDS = {
    OrderStatus.PAID.value: OrderStatus.REFUNDED.value,
    PaymentStatus.AWAITING_DEPOSIT.value: PaymentStatus.FAILED.value,
    OutcomeKind.FORGED.value: OutcomeKind.SURPLUS.value,
    Trigger.BROWSER.value: Trigger.CLI.value,
    Mode.LIVE.value: Mode.TEST.value,
    RefundStatus.ASKED.value: RefundStatus.REQUESTED.value,
    Requester.SHOP.value: Requester.POLICY.value,
    "KRW": "USD",
    "ko": "en",
}


# How many entries the story leaves in the history.
ENTRIES = 5


async def tell_story(orders: OrderRepository) -> Order:
    """Store an order that a stranger tried, that got an account, was paid, and is to be repaid."""
    order = begun(an_order(expires_at=NOON + timedelta(days=1)))
    assert await orders.add(order, [])
    forged = a_payment(key=a_key("imp_forged"), total=won(1))
    for number, payment in enumerate((forged, ISSUED, PAID)):
        at = NOON + timedelta(seconds=number)
        decision = settle(order, payment, at, LIVE, trigger=Trigger.BROWSER)
        order = decision.order
        await orders.save(order, decision.tasks)
    order = requested(order, REFUND, NOON + timedelta(seconds=3), Trigger.SHOP)
    await orders.save(order, [])
    order = asked(order, REFUND.refund_id, NOON + timedelta(seconds=4), won(0))
    await orders.save(order, [])
    return order


def another(value: object) -> object:
    """Make a value that could stand in the same place, and says something else."""
    match value:
        case None:
            return "1"
        case bool():
            return not value
        case 0 | 1:
            return 1 - value
        case int():
            return value + 1
        case str() if value in _OTHER_WORDS:
            return _OTHER_WORDS[value]
        case str() if value.startswith("2026-"):
            return value.replace("2026-", "2025-", 1)
        case _:
            return f"{value}1"


async def audited(orders: OrderRepository) -> Audited:
    """Audit that order."""
    found = await AuditHistory(orders).one_order(ORDER_ID, NOON)
    assert found is not None
    return replace(found, hash_then=None)
