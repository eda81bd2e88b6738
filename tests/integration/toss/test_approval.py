"""Whatever is lost while the money is taken, the buyer is charged once and the order ends paid."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.toss.connection import connect
from application.approve_payment import ApprovePayment
from application.verify_payment import Knock, Settled, VerifyPayment
from domain.order import OrderStatus, Trigger
from domain.outcome import AwaitingDeposit, Failed, Forged, Paid, Pending
from domain.payment import PaymentKey
from ports.errors import GatewayUnavailable, PortError
from sandbox.toss import RunningSandbox, SandboxControl
from tests.integration.toss.conftest import Vendor
from tests.support.factories import ORDER_ID
from tests.support.shop import Shop

# Also on a machine whose clock is behind that of the tests.
YEARS_S = 5 * 365 * 24 * 3600
CONFIRM = "/v1/payments/confirm"
# The first question of a completion, and the taking of the money.
POSITIONS = {"look": ("GET", "/v1/payments/"), "take": ("POST", CONFIRM)}
TROUBLES: list[dict[str, Any]] = [
    {"kind": "drop"},
    {"kind": "lost_answer"},
    {"kind": "hang"},
    {"kind": "drip", "seconds": 1},
    {"kind": "status", "status": 503},
    {"kind": "broken_json"},
    {"kind": "not_json_object"},
    {"kind": "refusal", "code": "PROVIDER_ERROR"},
    {"kind": "refusal", "code": "ALREADY_PROCESSED_PAYMENT"},
    {"kind": "refusal", "code": "IDEMPOTENT_REQUEST_PROCESSING"},
    {"kind": "refusal", "code": "FAILED_INTERNAL_SYSTEM_PROCESSING"},
    {"kind": "expired_token"},
]


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with build_client() as client:
        yield client


@dataclass
class Till:
    """A shop whose payments go through Toss's stand-in."""

    shop: Shop
    verify: VerifyPayment
    control: SandboxControl
    vendor: Vendor

    async def agreed(self, amount: int = 1000, **options: Any) -> str:
        payment = await self.control.create_payment(ORDER_ID, amount, **options)
        await self.control.authenticate(payment["paymentKey"])
        return str(payment["paymentKey"])

    async def complete(self, payment_id: str, trigger: Trigger = Trigger.BROWSER) -> object:
        """Knock as the buyer's page does: the outcome, or what went wrong."""
        key = PaymentKey(gateway="toss", payment_id=payment_id)
        try:
            verdict = await self.verify(Knock(order_id=ORDER_ID, key=key, trigger=trigger))
        except PortError as error:
            return error
        assert isinstance(verdict, Settled)
        return verdict.outcome

    async def charges(self) -> list[tuple[str, str]]:
        """What the vendor's own journal has."""
        window = {"startDate": "2020-01-01T00:00:00", "endDate": "2099-01-01T00:00:00"}
        rows = (await self.vendor.get("/v1/transactions", **window)).body
        return [(row["paymentKey"], row["status"]) for row in rows]


@pytest.fixture
def till(
    client: HttpClient, running: RunningSandbox, control: SandboxControl, vendor: Vendor
) -> Till:
    shop = Shop()
    shop.keep()
    connection = connect(
        client,
        secret_key=running.live_key,
        clock=shop.clock,
        base_url=running.base_url,
        timeout_s=0.5,
        long_timeout_s=0.5,
    )
    assert connection.approval is not None
    gateways = {"toss": connection.payments}
    approve = ApprovePayment(
        shop.orders, {"toss": connection.approval}, gateways, shop.clock, shop.policy
    )
    verify = VerifyPayment(
        shop.orders, shop.queue, gateways, shop.clock, shop.policy, shop.budget, approve
    )
    return Till(shop, verify, control, vendor)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: "-".join(map(str, each.values())))
@pytest.mark.parametrize("position", POSITIONS)
async def test_one_trouble_anywhere_charges_once_and_ends_paid(
    till: Till, position: str, trouble: dict[str, Any]
) -> None:
    payment_id = await till.agreed()
    method, path = POSITIONS[position]
    await till.control.fault(**trouble, method=method, path=path)

    first = await till.complete(payment_id)
    again = await till.complete(payment_id)

    assert first == Paid() or isinstance(first, PortError)
    assert again == Paid()
    assert till.shop.order().status is OrderStatus.PAID
    assert await till.charges() == [(payment_id, "DONE")]


async def test_troubles_in_a_row_charge_once_and_end_paid(till: Till) -> None:
    payment_id = await till.agreed()
    for kind in ("drop", "lost_answer"):
        await till.control.fault(kind, method="POST", path=CONFIRM)
    await till.control.fault("drop", method="GET", times=None)
    first = await till.complete(payment_id)
    await till.control.clear_faults()
    await till.control.fault("lost_answer", method="POST", path=CONFIRM)
    await till.control.fault("status", method="GET", path="/v1/payments/", times=1)

    outcomes = [await till.complete(payment_id) for _ in range(3)]

    assert isinstance(first, GatewayUnavailable)
    assert outcomes[-1] == Paid()
    assert await till.charges() == [(payment_id, "DONE")]


async def test_a_vendor_that_is_slow_to_say_it_is_looked_up(till: Till) -> None:
    payment_id = await till.agreed()
    await till.control.settings(processing_s=2)

    outcomes = await asyncio.gather(*(till.complete(payment_id) for _ in range(2)))

    assert list(outcomes) == [Paid(), Paid()]
    assert await till.charges() == [(payment_id, "DONE")]


async def test_two_pages_at_once_charge_once(till: Till) -> None:
    payment_id = await till.agreed()

    outcomes = await asyncio.gather(
        till.complete(payment_id), till.complete(payment_id, Trigger.REDIRECT)
    )

    assert list(outcomes) == [Paid(), Paid()]
    assert await till.charges() == [(payment_id, "DONE")]


async def test_only_a_buyer_takes_the_money(till: Till) -> None:
    payment_id = await till.agreed()

    outcomes = [
        await till.complete(payment_id, trigger)
        for trigger in (Trigger.WEBHOOK, Trigger.RECONCILE, Trigger.RECHECK)
    ]

    assert outcomes == [Pending()] * 3
    assert await till.charges() == []


async def test_a_changed_amount_is_a_forgery_and_is_never_taken(till: Till) -> None:
    payment_id = await till.agreed(amount=100)

    outcome = await till.complete(payment_id)

    assert isinstance(outcome, Forged)
    assert await till.charges() == []
    assert till.shop.order().status is OrderStatus.PENDING


async def test_a_second_payment_of_a_paid_order_is_not_taken(till: Till) -> None:
    first, second = await till.agreed(), await till.agreed()
    outcomes = [await till.complete(first), await till.complete(second)]

    assert outcomes == [Paid(), Pending()]
    assert await till.charges() == [(first, "DONE")]


async def test_a_refused_card_has_failed_and_another_payment_may_follow(till: Till) -> None:
    refused = await till.agreed(rejects_with="REJECT_CARD_PAYMENT")
    failed = await till.complete(refused)
    second = await till.agreed()

    assert isinstance(failed, Failed)
    assert failed.reason
    assert await till.complete(second) == Paid()
    assert await till.charges() == [(second, "DONE")]


async def test_after_ten_minutes_it_has_failed(till: Till) -> None:
    payment_id = await till.agreed()
    await till.control.advance_clock(601)

    assert isinstance(await till.complete(payment_id), Failed)
    assert await till.charges() == []


async def test_an_approval_may_issue_an_account(till: Till) -> None:
    payment_id = await till.agreed(method="virtualAccount")

    outcome = await till.complete(payment_id)

    assert isinstance(outcome, AwaitingDeposit)
    assert till.shop.order().status is OrderStatus.AWAITING_DEPOSIT


async def test_a_deadline_that_passes_without_a_webhook_is_seen_by_looking(till: Till) -> None:
    payment_id = await till.agreed(method="virtualAccount", due_in_s=YEARS_S)
    waiting = await till.complete(payment_id)
    assert isinstance(waiting, AwaitingDeposit)
    assert waiting.account.due_at is not None
    until_over = waiting.account.due_at - till.shop.clock.now() + timedelta(hours=1)

    till.shop.clock.advance(until_over.total_seconds())
    await till.complete(payment_id, Trigger.RECHECK)
    expired = till.shop.order().status
    await till.control.deposit(payment_id)
    late = await till.complete(payment_id, Trigger.WEBHOOK)

    assert expired is OrderStatus.EXPIRED
    assert late == Paid()
    assert till.shop.order().status is OrderStatus.PAID
