"""Mistakes where money waits for our word, and where webhooks have ids or name no order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.memory.seen_webhooks import MemorySeenWebhooks
from application import approve_payment, verify_payment
from application.approve_payment import ApprovePayment
from application.take_webhook import TakeWebhook
from domain import approval as rules
from domain.approval import BUYERS
from domain.history import written_down
from domain.money import Money
from domain.order import Order, Trigger
from domain.order_moves import with_payment
from domain.outcome import Pending
from domain.payment import Payment, PaymentStatus
from domain.snapshot import without_question
from ports.errors import GatewayProtocolError, GatewayUnavailable, PortError
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway
from ports.webhook_authenticator import WebhookClaim
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_approve = ApprovePayment._approve
_meant = TakeWebhook._meant


@planted("two payments of one order are approved beside each other", at="toss")
def approves_twice() -> Patches:
    return [replacing(approve_payment, "has_rival", lambda *_: False)]


@planted("the gateway is told to take money before that is written down", at="toss")
def takes_before_it_writes() -> Patches:
    async def is_written(_self: ApprovePayment, _read: Order, _with_note: Order) -> bool:
        return True

    return [replacing(ApprovePayment, "_is_written", is_written)]


@planted("whatever amount waits is approved", at="stripe")
def approves_any_amount() -> Patches:
    async def approve(
        self: ApprovePayment,
        order: Order,
        payment: Payment,
        token: str | None,
        gateway: PaymentGateway,
        desk: PaymentApproval,
    ) -> Payment:
        assert isinstance(payment.total, Money)
        as_asked = replace(order, amount=payment.total)
        return await _approve(self, as_asked, payment, token, gateway, desk)

    def may_approve(_order: Order, payment: Payment, *_: Any) -> bool:
        return payment.awaits_approval

    return [
        replacing(ApprovePayment, "_approve", approve),
        replacing(approve_payment, "may_approve", may_approve),
    ]


def _unknown_end(status: PaymentStatus) -> Patches:
    async def look_up(
        _self: ApprovePayment, payment_id: str, gateway: PaymentGateway, unknown: PortError
    ) -> Payment:
        payment = await gateway.find_payment(payment_id)
        if payment is None:
            raise unknown
        if not payment.awaits_approval:
            return payment
        return replace(payment, status=status, awaits_approval=False)

    return [replacing(ApprovePayment, "_look_up", look_up)]


@planted("an approval whose answer did not come counts as declined", at="toss")
def timeout_is_no() -> Patches:
    return _unknown_end(PaymentStatus.FAILED)


@planted("an approval whose answer did not come counts as taken", at="portone-v2")
def timeout_is_yes() -> Patches:
    return _unknown_end(PaymentStatus.PAID)


@planted("nobody looks what came of an approval whose answer did not come", at="toss")
def never_looks() -> Patches:
    async def approve(self: ApprovePayment, order: Order, payment: Payment, *rest: Any) -> Payment:
        try:
            return await _approve(self, order, payment, *rest)
        except (GatewayUnavailable, GatewayProtocolError):
            return without_question(payment)

    async def look_up(_self: ApprovePayment, *given: Any) -> Payment:
        raise given[-1]

    return [
        replacing(ApprovePayment, "_approve", approve),
        replacing(ApprovePayment, "_look_up", look_up),
    ]


@planted("a webhook is word enough to take money", at="toss")
def webhooks_approve() -> Patches:
    return [replacing(verify_payment, "BUYERS", BUYERS | {Trigger.WEBHOOK})]


@planted("each knock is noted anew", at="toss")
def notes_each_knock() -> Patches:
    def noted(order: Order, payment: Payment, now: Any, trigger: Trigger) -> Order:
        recorded = without_question(payment)
        return written_down(with_payment(order, recorded), recorded, Pending(), now, trigger)

    return [replacing(approve_payment, "noted", noted)]


@planted("a word that is not known counts as a note", at="stripe")
def any_pending_is_a_note() -> Patches:
    def is_noted(order: Order, key: Any, since: Any) -> bool:
        return any(
            (entry.key, entry.outcome) == (key, Pending().kind)
            and (since is None or entry.at > since)
            and entry.trigger in BUYERS
            for entry in order.history
        )

    return [replacing(rules, "_is_noted", is_noted)]


@planted("the ids of webhooks are forgotten", at="portone-v2")
def forgets_ids() -> Patches:
    async def has_seen(_self: MemorySeenWebhooks, _gateway: str, _delivery_id: str) -> bool:
        return False

    return [replacing(MemorySeenWebhooks, "has_seen", has_seen)]


@planted("a webhook counts as seen before it was dealt with", at="stripe")
def seen_first() -> Patches:
    async def take(self: TakeWebhook, gateway: str, claim: WebhookClaim) -> None:
        if claim.delivery_id is not None:
            if await self._seen.has_seen(gateway, claim.delivery_id):
                return
            await self._mark_seen(gateway, claim.delivery_id)
        await self._take(gateway, claim)

    return [replacing(TakeWebhook, "__call__", take)]


@planted("a webhook that names no order is dropped while the gateway is away", at="portone-v2")
def drops_the_nameless() -> Patches:
    async def meant(
        self: TakeWebhook, gateway: str, claim: WebhookClaim
    ) -> Sequence[tuple[str, str]]:
        try:
            return await _meant(self, gateway, claim)
        except GatewayUnavailable:
            return []

    return [replacing(TakeWebhook, "_meant", meant)]
