"""A refund is recorded once with the task that carries it out, or refused with nothing changed."""

from dataclasses import replace
from typing import Any

import pytest

from application.request_refund import (
    NotRefundable,
    RefundAnswer,
    RefundConflict,
    RefundRecorded,
    RequestRefund,
)
from application.verify_payment import OrderNotFound, PaymentNotFound
from domain.errors import InvalidValue
from domain.money import UnreadableAmount
from domain.order import Order, Trigger
from domain.outcome import OutcomeKind
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundStatus, RefundStep, Requester
from domain.refund_request import RefundRequest
from domain.refund_rules import Unrefundable
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate, RepositoryUnavailable
from tests.support.factories import (
    ORDER_ID,
    a_key,
    a_payment,
    a_refund_account,
    an_account,
    an_entry,
    an_order,
    won,
)
from tests.support.shop import Shop

PAID = a_payment()
PAID_ORDER = an_order(payments=(PAID,), settled_by=PAID.key, version=1, history=(an_entry(),))
FORGED = a_payment(key=a_key("imp_forged"), total=won(4))


def a_request(**changes: Any) -> RefundRequest:
    request = RefundRequest(
        order_id=ORDER_ID,
        key=a_key(),
        number=300,
        reason="changed mind",
        requested_by=Requester.SHOP,
        idempotency_key="key-1",
    )
    return replace(request, **changes)


def a_shop(*orders: Order) -> Shop:
    shop = Shop()
    shop.keep(*(orders or (PAID_ORDER,)))
    return shop


def recorded(answer: RefundAnswer) -> RefundRecorded:
    assert isinstance(answer, RefundRecorded)
    return answer


async def test_a_refund_is_recorded_with_its_task_and_nobody_is_asked() -> None:
    shop = a_shop()

    answer = recorded(await shop.request_refund(a_request()))

    order = shop.order()
    assert answer.created
    assert answer.order == order
    assert order.refunds == (answer.refund,)
    assert answer.refund.amount == won(300)
    assert answer.refund.status is RefundStatus.REQUESTED
    assert (order.version, order.history[-1].version) == (2, 2)
    assert order.history[-1].outcome is RefundStep.REFUND_REQUESTED
    assert order.history[-1].trigger is Trigger.SHOP
    assert order.history[-1].refund_id == answer.refund.refund_id
    assert order.status is PAID_ORDER.status
    (task,) = [record.task for record in shop.tasks(TaskKind.REFUND)]
    assert (task.detail, task.key) == (answer.refund.refund_id, a_key())
    assert task.lane == ""
    assert not [call for call in shop.asked if call.startswith(("gateway", "desk"))]


async def test_the_same_request_again_gives_the_same_refund() -> None:
    shop = a_shop()
    first = recorded(await shop.request_refund(a_request()))

    again = recorded(await shop.request_refund(a_request(number="300")))

    assert not again.created
    assert again.refund == first.refund
    assert len(shop.order().refunds) == len(shop.tasks(TaskKind.REFUND)) == 1


async def test_other_contents_under_one_key_are_a_conflict() -> None:
    shop = a_shop()
    await shop.request_refund(a_request())

    for other in (a_request(number=1), a_request(reason="x"), a_request(key=a_key("imp_2"))):
        assert await shop.request_refund(other) == RefundConflict()

    assert len(shop.order().refunds) == 1


async def test_everything_left_is_made_explicit() -> None:
    shop = a_shop()
    await shop.request_refund(a_request())

    rest = recorded(await shop.request_refund(a_request(number=None, idempotency_key="rest")))

    assert rest.refund.amount == won(700)
    nothing = await shop.request_refund(a_request(number=None, idempotency_key="more"))
    assert nothing == NotRefundable(why=Unrefundable.ABOVE_REMAINING, left=won(0))


@pytest.mark.parametrize(
    ("payment", "changes", "why"),
    [
        (PAID, {"number": 1001}, Unrefundable.ABOVE_REMAINING),
        (a_payment(status=PaymentStatus.CANCELLED), {}, Unrefundable.HOLDS_NO_MONEY),
        (a_payment(status=PaymentStatus.FAILED), {}, Unrefundable.HOLDS_NO_MONEY),
        (a_payment(virtual_account=an_account()), {}, Unrefundable.ACCOUNT_MISSING),
    ],
)
async def test_what_cannot_be_given_back_is_refused_and_changes_nothing(
    payment: Payment, changes: dict[str, Any], why: Unrefundable
) -> None:
    order = replace(PAID_ORDER, payments=(payment,))
    shop = a_shop(order)

    answer = await shop.request_refund(a_request(**changes))

    assert isinstance(answer, NotRefundable)
    assert answer.why is why
    assert shop.order() == order
    assert not shop.store.tasks


async def test_a_deposit_is_given_back_to_the_account_that_is_named() -> None:
    shop = a_shop(replace(PAID_ORDER, payments=(a_payment(virtual_account=an_account()),)))

    answer = recorded(await shop.request_refund(a_request(account=a_refund_account())))

    assert answer.refund.account == a_refund_account()


async def test_a_payment_whose_amounts_cannot_be_read_is_not_refunded() -> None:
    odd = UnreadableAmount(number="14.205", currency_code="USD")
    unreadable = a_payment(status=PaymentStatus.UNKNOWN, total=odd, cancelled=odd)
    shop = a_shop(replace(PAID_ORDER, payments=(unreadable,)))

    answer = await shop.request_refund(a_request())

    assert answer == NotRefundable(why=Unrefundable.HOLDS_NO_MONEY, left=None)


async def test_a_gateway_that_cannot_refund_says_so() -> None:
    shop = a_shop()
    request_refund = RequestRefund(shop.orders, shop.gateways, [], shop.clock)

    answer = await request_refund(a_request())

    assert answer == NotRefundable(why=Unrefundable.GATEWAY_CANNOT_REFUND, left=None)


async def test_unknown_orders_and_payments_are_told_apart() -> None:
    shop = a_shop()

    assert await shop.request_refund(a_request(order_id="order-9")) == OrderNotFound()
    assert await shop.request_refund(a_request(key=a_key("imp_9"))) == PaymentNotFound()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("gateway", {"key": a_key(gateway="other")}),
        ("amount", {"number": 0}),
        ("amount", {"number": -5}),
        ("amount", {"number": "1.5"}),
        ("currency", {"currency_code": "USD"}),
    ],
)
async def test_what_cannot_be_is_refused(field: str, changes: dict[str, Any]) -> None:
    shop = a_shop()

    with pytest.raises(InvalidValue, match=f"^{field}: "):
        await shop.request_refund(a_request(**changes))

    assert shop.order() == PAID_ORDER


async def test_an_id_that_the_gateway_cannot_have_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = a_shop()
    monkeypatch.setattr(shop.gateway, "is_payment_id", lambda _: False)

    with pytest.raises(InvalidValue, match=r"^payment_id: "):
        await shop.request_refund(a_request())


# --- forged payments


def with_forgery() -> Order:
    entry = an_entry(version=2, key=FORGED.key, outcome=OutcomeKind.FORGED)
    return replace(PAID_ORDER, version=2, history=(*PAID_ORDER.history, entry))


async def test_a_forgery_that_paid_for_this_order_can_be_given_back() -> None:
    shop = a_shop(with_forgery())
    shop.gateway.put(FORGED)

    answer = recorded(await shop.request_refund(a_request(key=FORGED.key, number=None)))

    assert answer.refund.amount == won(4)
    assert shop.order().payments == (PAID,)


@pytest.mark.parametrize(
    "payment",
    [
        None,
        replace(FORGED, order_id="order-0002"),
        replace(FORGED, status=PaymentStatus.FAILED, paid_at=None),
    ],
    ids=["unknown to the gateway", "another order's", "not paid"],
)
async def test_a_forgery_that_did_not_is_no_payment_of_this_order(
    payment: Payment | None,
) -> None:
    shop = a_shop(with_forgery())
    if payment is not None:
        shop.gateway.put(payment)

    assert await shop.request_refund(a_request(key=FORGED.key)) == PaymentNotFound()


async def test_a_payment_that_another_order_holds_is_never_given_back_here() -> None:
    shop = a_shop(with_forgery(), an_order(order_id="order-0002", payments=(FORGED,)))
    shop.gateway.put(FORGED)

    assert await shop.request_refund(a_request(key=FORGED.key)) == PaymentNotFound()


# --- races and outages


async def test_who_loses_a_race_judges_anew() -> None:
    shop = a_shop()
    rivals = [a_request(number=600, idempotency_key="rival")]

    async def rival_writes_first(call: str) -> None:
        if call == "orders.save" and rivals:
            assert isinstance(await shop.request_refund(rivals.pop()), RefundRecorded)

    shop.around = rival_writes_first

    answer = await shop.request_refund(a_request(number=600))

    assert answer == NotRefundable(why=Unrefundable.ABOVE_REMAINING, left=won(400))
    assert [each.amount for each in shop.order().refunds] == [won(600)]


async def test_who_loses_every_race_gives_up() -> None:
    shop = a_shop()
    shop.faults.fail_always("save", ConcurrentUpdate("version"))

    with pytest.raises(ConcurrentUpdate):
        await shop.request_refund(a_request())


async def test_a_lost_reply_is_answered_by_asking_again() -> None:
    shop = a_shop()
    shop.faults.fail("save", RepositoryUnavailable("cut"), after=True)
    with pytest.raises(RepositoryUnavailable):
        await shop.request_refund(a_request())

    again = recorded(await shop.request_refund(a_request()))

    assert not again.created
    assert len(shop.order().refunds) == len(shop.tasks(TaskKind.REFUND)) == 1


async def test_a_refund_above_a_ceiling_waits_and_a_person_is_told() -> None:
    shop = a_shop()
    request = a_request(requested_by=Requester.POLICY)

    answer = recorded(await shop.request_refund(request, RefundStatus.AWAITING_APPROVAL))

    (record,) = shop.store.tasks.values()
    assert record.task.kind is TaskKind.ALERT_OPERATOR
    assert record.task.detail == f"refundAwaitsApproval:{answer.refund.refund_id}"
    assert shop.order().awaits_approval
