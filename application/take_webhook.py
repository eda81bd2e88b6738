"""Take a webhook: find out which payments of which order it is about, and have each looked at."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from application.name_order import NameOrder
from application.question_budget import QuestionBudget
from application.receive_webhook import ReceiveWebhook
from application.verify_payment import Knock, TooManyQuestions
from domain.order import Trigger
from domain.payment import PaymentKey
from ports.clock import Clock
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.order_repository import OrderRepository
from ports.payment_search import PaymentSearch
from ports.seen_webhooks import SeenWebhook, SeenWebhooks
from ports.webhook_authenticator import WebhookClaim

# Longer than any sender tries again; a week is what the senders of signed webhooks advise.
REMEMBERED_FOR = timedelta(days=8)


class TakeWebhook:
    """Returns once the webhook may be acknowledged: all it is about is settled or stored.

    One that names payment and order, from a sender without ids, costs nothing here.
    """

    def __init__(
        self,
        receive_webhook: ReceiveWebhook,
        name_order: NameOrder,
        orders: OrderRepository,
        searches: Mapping[str, PaymentSearch],
        seen: SeenWebhooks,
        clock: Clock,
        budget: QuestionBudget,
        strange_names: QuestionBudget,
    ) -> None:
        self._receive_webhook = receive_webhook
        self._name_order = name_order
        self._orders = orders
        self._searches = searches
        self._seen = seen
        self._clock = clock
        self._budget = budget
        self._strange_names = strange_names

    async def __call__(self, gateway: str, claim: WebhookClaim, /) -> None:
        """Raises the port's error if it could be neither settled nor stored: it is sent again."""
        if claim.delivery_id is None:
            await self._take(gateway, claim)
        elif not await self._seen.has_seen(gateway, claim.delivery_id):
            await self._take(gateway, claim)
            await self._mark_seen(gateway, claim.delivery_id)

    async def _take(self, gateway: str, claim: WebhookClaim) -> None:
        for order_id, payment_id in await self._meant(gateway, claim):
            key = PaymentKey(gateway=gateway, payment_id=payment_id)
            await self._receive_webhook(
                Knock(order_id=order_id, key=key, trigger=Trigger.WEBHOOK, claimed=claim.claimed)
            )

    async def _meant(self, gateway: str, claim: WebhookClaim) -> Sequence[tuple[str, str]]:
        """The orders and payments that it is about; none, if nobody knows of any."""
        if claim.payment_id is None:
            order_id = claim.order_id or ""  # a claim names one of the two
            found = await self._payments_of(gateway, order_id)
            return [(order_id, payment_id) for payment_id in found]
        if claim.order_id is not None:
            return [(claim.order_id, claim.payment_id)]
        named = await self._name_order(PaymentKey(gateway=gateway, payment_id=claim.payment_id))
        if isinstance(named, TooManyQuestions):
            raise GatewayUnavailable("too-many-questions")
        return [(named, claim.payment_id)] if isinstance(named, str) else []

    async def _payments_of(self, gateway: str, order_id: str) -> Sequence[str]:
        """The ids of the order's payments: those we know, and those that the gateway finds."""
        order = await self._orders.find_by_id(order_id)
        payments = () if order is None else order.payments
        known = [each.key.payment_id for each in payments if each.key.gateway == gateway]
        search = self._searches.get(gateway)
        if search is None:
            return known
        try:
            if order is None and self._strange_names.take(gateway) > 0:
                raise GatewayUnavailable("too-many-questions")
            found = await self._found_at(search, gateway, order_id)
        except (GatewayUnavailable, GatewayProtocolError):
            if not known:
                raise  # nothing could be stored, so it must be sent again
            # Each of them is asked for by itself, and stored to be asked for later if need be.
            return known
        return list(dict.fromkeys([*known, *found]))

    async def _found_at(self, search: PaymentSearch, gateway: str, order_id: str) -> Sequence[str]:
        if self._budget.take((gateway, order_id)) > 0:
            raise GatewayUnavailable("too-many-questions")
        found = await search.find_payments_of_order(order_id)
        ids = [each.key.payment_id for each in found.payments]
        return [*ids, *(each for each in found.unreadable if each)]

    async def _mark_seen(self, gateway: str, delivery_id: str) -> None:
        now = self._clock.now()
        webhook = SeenWebhook(gateway=gateway, delivery_id=delivery_id, seen_at=now)
        await self._seen.mark_seen(webhook, now - REMEMBERED_FOR)
