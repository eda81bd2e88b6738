"""What the gateway in memory can do beside the contract: what tests and simulations need of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.payment_gateway import MemoryPaymentGateway
from domain.errors import InvalidValue
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundAccount
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.payment_listing import FoundPayments
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import GATEWAY, NOON, PAYMENT_ID, a_key, a_payment, an_account, won

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def gateway(clock: ManualClock) -> MemoryPaymentGateway:
    return MemoryPaymentGateway(GATEWAY, clock=clock, page_size=2)


def numbered(number: int) -> Payment:
    return a_payment(key=a_key(f"imp_{number}"))


def a_refund(**changes: object) -> RefundOrder:
    order = RefundOrder(
        refund_id="refund-1",
        payment_id=PAYMENT_ID,
        amount=won(400),
        remaining=won(1000),
        reason="changed mind",
    )
    return replace(order, **changes)  # type: ignore[arg-type]


async def listed(gateway: MemoryPaymentGateway) -> list[FoundPayments]:
    return [page async for page in gateway.pages(NOON - HOUR, NOON)]


async def test_news_is_of_the_time_that_the_clock_or_the_test_says(
    gateway: MemoryPaymentGateway, clock: ManualClock
) -> None:
    gateway.put(numbered(1), at=NOON - HOUR)
    gateway.put(numbered(2), at=NOON - 2 * HOUR)
    gateway.put(numbered(3))
    before = await listed(gateway)
    clock.advance(1)

    pages = [page async for page in gateway.pages(NOON, NOON + timedelta(seconds=1))]

    assert before == [FoundPayments(payments=(numbered(1),))]
    assert pages == [FoundPayments(payments=(numbered(3),))]


async def test_pages_are_as_long_as_it_is_told_and_each_is_asked_for(
    gateway: MemoryPaymentGateway,
) -> None:
    for number in range(5):
        gateway.put(numbered(number), at=NOON - HOUR)

    pages = await listed(gateway)

    assert [len(page) for page in pages] == [2, 2, 1]
    assert gateway.faults.calls == {"pages": 3}


async def test_what_has_news_or_is_forgotten_while_pages_are_turned_is_not_shown(
    gateway: MemoryPaymentGateway,
) -> None:
    for number in range(6):
        gateway.put(numbered(number), at=NOON - HOUR)
    shown: list[str] = []

    async for page in gateway.pages(NOON - HOUR, NOON):
        shown += [each.key.payment_id for each in page.payments]
        gateway.put(numbered(2))
        gateway.forget("imp_3")

    assert shown == ["imp_0", "imp_1", "imp_4", "imp_5"]


async def test_a_page_fails_on_demand(gateway: MemoryPaymentGateway) -> None:
    for number in range(5):
        gateway.put(numbered(number), at=NOON - HOUR)
    gateway.faults.fail("pages", GatewayUnavailable("away"), nth=2)
    pages = gateway.pages(NOON - HOUR, NOON)

    assert len(await anext(pages)) == 2
    with pytest.raises(GatewayUnavailable):
        await anext(pages)


async def test_what_is_spoilt_cannot_be_read_until_it_is_put_again(
    gateway: MemoryPaymentGateway,
) -> None:
    gateway.put(numbered(1), at=NOON - HOUR)
    gateway.spoil("imp_1")

    with pytest.raises(GatewayProtocolError):
        await gateway.find_payment("imp_1")
    assert await listed(gateway) == [FoundPayments(payments=(), unreadable=("imp_1",))]
    gateway.put(numbered(1))
    assert await gateway.find_payment("imp_1") == numbered(1)


async def test_other_things_may_happen_before_an_answer(gateway: MemoryPaymentGateway) -> None:
    about: list[str] = []

    async def note(what: str) -> None:
        about.append(what)

    gateway.before_answer = note
    await gateway.find_payment("imp_1")
    await listed(gateway)
    await gateway.find_payments(["imp_1", "imp_2"])
    await gateway.find_payments_of_order("order-1")
    await gateway.refund(a_refund())
    await gateway.register_amount("order-2", won(1000))

    assert about == ["imp_1", "", "", "order-1", PAYMENT_ID, "order-2"]


async def test_a_lost_reply_refunds_once(gateway: MemoryPaymentGateway) -> None:
    gateway.put(a_payment())
    gateway.faults.fail("refund", GatewayUnavailable("lost"), after=True)

    with pytest.raises(GatewayUnavailable):
        await gateway.refund(a_refund())

    payment = await gateway.find_payment(PAYMENT_ID)
    assert payment is not None
    assert payment.cancelled == won(400)
    assert gateway.refunds == [a_refund()]


async def test_a_refund_that_fails_before_its_effect_did_nothing(
    gateway: MemoryPaymentGateway,
) -> None:
    gateway.put(a_payment())
    gateway.faults.fail("refund", GatewayUnavailable("away"))

    with pytest.raises(GatewayUnavailable):
        await gateway.refund(a_refund())

    assert await gateway.find_payment(PAYMENT_ID) == a_payment()
    assert gateway.refunds == []


@pytest.mark.parametrize(
    ("payment", "order"),
    [
        (a_payment(status=PaymentStatus.OPENED), a_refund()),
        (a_payment(status=PaymentStatus.CANCELLED), a_refund()),
        (a_payment(key=a_key("imp_other")), a_refund()),
        (a_payment(), a_refund(remaining=won(999))),
        (a_payment(), a_refund(amount=won(1001))),
        (a_payment(virtual_account=an_account()), a_refund()),
        (a_payment(total=UnreadableAmount(number="1e9", currency_code="KRW")), a_refund()),
        (a_payment(total=Money.of("10", Currency("USD"))), a_refund()),
    ],
    ids=range(8),
)
async def test_what_cannot_be_refunded_is_declined_and_stays(
    gateway: MemoryPaymentGateway, payment: Payment, order: RefundOrder
) -> None:
    gateway.put(payment)

    answer = await gateway.refund(order)

    assert isinstance(answer, RefundDeclined)
    assert await gateway.find_payment(payment.key.payment_id) == payment
    assert gateway.refunds == []


async def test_a_deposit_goes_back_to_an_account(gateway: MemoryPaymentGateway) -> None:
    gateway.put(a_payment(virtual_account=an_account()))
    account = RefundAccount(bank_code="088", number="1", holder="a")

    answer = await gateway.refund(a_refund(account=account))

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PARTIALLY_CANCELLED


async def test_an_amount_is_kept(gateway: MemoryPaymentGateway) -> None:
    await gateway.register_amount("order-1", won(1000))
    await gateway.register_amount("order-1", won(2000))

    assert gateway.amounts == {"order-1": won(2000)}


async def test_an_impossible_window_is_refused_before_a_page_is_asked(
    gateway: MemoryPaymentGateway,
) -> None:
    with pytest.raises(InvalidValue):
        gateway.pages(NOON, NOON + HOUR)

    assert gateway.faults.calls == {}
