"""The adapter beside the vendor's world: what only Stripe does, seen over its sandbox."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from adapters.outbound.client import build_client
from adapters.stripe.connection import connect
from adapters.stripe.webhook import StripeWebhook
from domain.money import Currency, Money
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayRefused, GatewayUnavailable, WebhookNotAuthentic
from ports.gateway_connection import GatewayConnection
from ports.refund_desk import RefundDeclined, RefundOrder
from sandbox.stripe import RunningSandbox, SandboxControl
from tests.contract.gateways.world import ShiftedClock
from tests.integration.shop import Shop
from tests.support.factories import won

PATIENT_S = 20.0
Connect = Callable[..., GatewayConnection]


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
async def connected(running: RunningSandbox, clock: ShiftedClock) -> AsyncIterator[Connect]:
    async with build_client() as client:

        def make(account: str | None = None) -> GatewayConnection:
            return connect(
                client,
                api_key=running.api_key,
                webhook_secrets=[running.webhook_secret],
                clock=clock,
                account=account,
                base_url=running.base_url,
                timeout_s=PATIENT_S,
                long_timeout_s=PATIENT_S,
            )

        yield make


@pytest.fixture
def stripe_connection(connected: Connect) -> GatewayConnection:
    return connected()


async def opened(control: SandboxControl, amount: int = 1000, **fields: object) -> str:
    return str((await control.create(amount, "order-1", **fields))["id"])


async def now_of(connection: GatewayConnection, payment_id: str) -> Payment:
    payment = await connection.payments.find_payment(payment_id)
    assert payment is not None
    return payment


async def refunded(
    connection: GatewayConnection, payment_id: str, amount: int = 400, remaining: int = 1000
) -> Payment | RefundDeclined:
    assert connection.refunds is not None
    order = RefundOrder(
        refund_id="rf-1",
        payment_id=payment_id,
        amount=won(amount),
        remaining=won(remaining),
        reason="one broke",
    )
    return await connection.refunds.refund(order)


async def test_a_method_that_ends_later_is_open_until_it_ends(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    paid, failed = await opened(control), await opened(control, method="us_bank_account")
    for payment_id in (paid, failed):
        await control.process(payment_id)
    open_meanwhile = [await now_of(stripe_connection, each) for each in (paid, failed)]
    await control.pay(paid)
    await control.fail(failed, code="insufficient_funds", message="No money there.")

    assert [each.status for each in open_meanwhile] == [PaymentStatus.OPENED] * 2
    assert (await now_of(stripe_connection, paid)).status is PaymentStatus.PAID
    told = await now_of(stripe_connection, failed)
    assert (told.status, told.failure_reason) == (PaymentStatus.FAILED, "No money there.")


async def test_what_ended_without_money_is_failed(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control)
    await control.authorise(payment_id)
    await control.cancel(payment_id, reason="abandoned")

    payment = await now_of(stripe_connection, payment_id)

    assert (payment.status, payment.failure_reason) == (PaymentStatus.FAILED, "abandoned")


async def test_a_dispute_takes_nothing_from_what_was_paid(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control)
    await control.pay(payment_id)
    before = await now_of(stripe_connection, payment_id)
    await control.dispute(payment_id)

    assert (await now_of(stripe_connection, payment_id)).says_the_same_as(before)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1420, "usd", Money.of("14.20", Currency("USD"))),
        (500, "isk", Money.of(5, Currency("ISK"))),
        (5120, "kwd", Money.of("5.120", Currency("KWD"))),
        (7, "mga", Money.of("7.00", Currency("MGA"))),
    ],
)
async def test_amounts_are_read_and_given_back_in_the_vendors_units(
    control: SandboxControl,
    stripe_connection: GatewayConnection,
    amount: int,
    currency: str,
    expected: Money,
) -> None:
    payment_id = await opened(control, amount, currency=currency)
    await control.pay(payment_id)
    assert stripe_connection.refunds is not None
    order = RefundOrder(
        refund_id="rf-1",
        payment_id=payment_id,
        amount=expected,
        remaining=expected,
        reason="all",
    )

    answer = await stripe_connection.refunds.refund(order)

    assert isinstance(answer, Payment)
    assert answer.total == answer.cancelled == expected


async def test_test_mode_is_told(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control, livemode=False)

    assert (await now_of(stripe_connection, payment_id)).mode is Mode.TEST


async def test_a_refund_is_not_given_twice_when_its_key_is_forgotten(
    control: SandboxControl, clock: ShiftedClock, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control)
    await control.pay(payment_id)
    await control.fault("lost_answer", method="POST")
    with pytest.raises(GatewayUnavailable):
        await refunded(stripe_connection, payment_id)
    for seconds in (0, 2 * 24 * 3600):
        await control.advance_clock(seconds)
        clock.advance(seconds)

        assert isinstance(await refunded(stripe_connection, payment_id), RefundDeclined)

    assert (await now_of(stripe_connection, payment_id)).cancelled == won(400)


async def test_what_was_taken_is_taken_when_its_key_is_forgotten(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control)
    await control.authorise(payment_id)
    assert stripe_connection.approval is not None
    first = await stripe_connection.approval.approve(payment_id, "order-1", won(1000), None)
    await control.advance_clock(2 * 24 * 3600)

    again = await stripe_connection.approval.approve(payment_id, "order-1", won(1000), None)

    assert isinstance(first, Payment)
    assert first == again


async def test_a_refund_that_fails_in_the_end_is_no_longer_counted(
    control: SandboxControl, stripe_connection: GatewayConnection
) -> None:
    payment_id = await opened(control)
    await control.pay(payment_id)
    await control.settings(refund_status="pending")
    answer = await refunded(stripe_connection, payment_id)
    await control.end_refund(f"re_{1:024d}", "failed", failure_reason="lost_or_stolen_card")

    again = await refunded(stripe_connection, payment_id)

    assert isinstance(answer, Payment)
    assert answer.cancelled == won(400)
    assert again == RefundDeclined(reason="lost_or_stolen_card")
    assert (await now_of(stripe_connection, payment_id)).status is PaymentStatus.PAID


async def test_an_older_payment_is_listed_by_its_events(
    control: SandboxControl, clock: ShiftedClock, stripe_connection: GatewayConnection
) -> None:
    listing = stripe_connection.listing
    assert listing is not None
    payment_id = await opened(control)
    await control.advance_clock(40 * 24 * 3600)
    clock.advance(40 * 24 * 3600)
    since = clock.now()
    await control.pay(payment_id)
    await control.advance_clock(10)
    clock.advance(10)

    pages = [page async for page in listing.pages(since - timedelta(days=20), clock.now())]

    assert [payment.key.payment_id for page in pages for payment in page.payments] == [payment_id]


async def test_another_account_is_refused(connected: Connect, control: SandboxControl) -> None:
    payment_id = await opened(control)

    assert (await now_of(connected("acct_sandbox"), payment_id)).order_id == "order-1"
    with pytest.raises(GatewayRefused):
        await now_of(connected("acct_other"), payment_id)


async def test_its_webhooks_are_read_while_the_secret_is_replaced(
    control: SandboxControl, clock: ShiftedClock, shop: Shop
) -> None:
    payment_id = await opened(control)
    known = StripeWebhook(["whsec_old", "whsec_new"], clock)
    for secrets in (["whsec_old"], ["whsec_old", "whsec_new"], ["whsec_new"]):
        await control.webhook(payment_id, url=shop.base_url, secrets=secrets)
    await control.webhook(payment_id, url=shop.base_url, secrets=["whsec_forged"])
    *genuine, forged = shop.received

    claims = [known.read(each.headers, each.body) for each in genuine]

    assert [claim and claim.payment_id for claim in claims] == [payment_id] * 3
    with pytest.raises(WebhookNotAuthentic):
        known.read(forged.headers, forged.body)
