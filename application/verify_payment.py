"""Verify a payment: the one path that browser, redirect, webhook, recheck and shell all take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from application.approve_payment import ApprovePayment
from application.coalesce import Coalesce
from application.question_budget import QuestionBudget
from domain.approval import BUYERS
from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from domain.order import Order, Trigger
from domain.outcome import Discrepancy, Forged, Pending, VerificationOutcome
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.recorded_answer import answer_from_record
from domain.settlement import Decision, refuse, settle
from domain.tasks import recheck
from ports.clock import Clock
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PaymentBoundElsewhere,
    RecordCorrupt,
)
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.task_queue import TaskQueue

# Each try reads, asks and writes anew. Losing this often in a row means something is very wrong.
MAX_TRIES = 20
RECHECK_AFTER = timedelta(seconds=2)

# A stranger at the door may be one of a flood. The worker and the shell are ourselves.
_STRANGERS = BUYERS | {Trigger.WEBHOOK}
NOT_SETTLED_NOW = (
    GatewayUnavailable,
    GatewayProtocolError,
    GatewayRefused,
    ConcurrentUpdate,
    RecordCorrupt,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody says: look at this payment of that order. Nothing it claims is believed.

    `claimed` is the status a webhook names; `client_token` proves that the buyer's page asks;
    `approval_token` is what some gateways give that page for the approval of the payment.
    """

    order_id: str
    key: PaymentKey
    trigger: Trigger
    claimed: PaymentStatus | None = None
    client_token: str | None = field(default=None, repr=False)
    approval_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The verdict on the payment, and the order as it stands after it.

    `awaits_approval`: the gateway could still take the money, if a buyer came.
    """

    order: Order
    key: PaymentKey
    outcome: VerificationOutcome
    awaits_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotFound:
    """The shop never registered this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotFound:
    """The gateway does not know this payment; `was_known` says that it once showed it to us."""

    was_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongToken:
    """The client token is not this order's. The gateway was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyQuestions:
    """This payment was asked about too often; the gateway was not asked again."""

    retry_after_s: float


Verdict = Settled | OrderNotFound | PaymentNotFound | WrongToken | TooManyQuestions


class VerifyPayment:
    """Settles a payment by the settle rule: read, ask, decide, write if nobody else wrote."""

    def __init__(
        self,
        orders: OrderRepository,
        tasks: TaskQueue,
        gateways: Mapping[str, PaymentGateway],
        clock: Clock,
        policy: Policy,
        budget: QuestionBudget,
        approve: ApprovePayment | None = None,
    ) -> None:
        self._orders = orders
        self._tasks = tasks
        self._gateways = gateways
        self._clock = clock
        self._policy = policy
        self._budget = budget
        self._approve = approve
        self._coalesce: Coalesce[Verdict] = Coalesce()

    async def __call__(self, knock: Knock, /) -> Verdict:
        """The verdict. Outages raise the port's error, with a recheck stored before.

        Raises `InvalidValue` for ids that nothing can have, before anyone is asked.
        """
        gateway = self._gateway(knock)
        # The trigger too must be equal: the budget and the look for later depend on it.
        return await self._coalesce(knock, lambda: self._verify(knock, gateway))

    def _gateway(self, knock: Knock) -> PaymentGateway:
        check_order_id(knock.order_id)
        gateway = self._gateways.get(knock.key.gateway)
        if gateway is None:
            raise InvalidValue("gateway", "is not one of the configured gateways")
        if not gateway.is_payment_id(knock.key.payment_id):
            raise InvalidValue("payment_id", f"is not a payment id of {gateway.name}")
        return gateway

    async def _verify(self, knock: Knock, gateway: PaymentGateway) -> Verdict:
        try:
            for _ in range(MAX_TRIES):
                try:
                    return await self._try_once(knock, gateway)
                except ConcurrentUpdate:
                    continue
            raise ConcurrentUpdate("too-many-tries")
        except NOT_SETTLED_NOW:
            if knock.trigger is not Trigger.RECHECK:
                await self._look_again_later(knock)
            raise

    async def _try_once(self, knock: Knock, gateway: PaymentGateway) -> Verdict:
        order = await self._orders.find_by_id(knock.order_id)
        if order is None:
            return OrderNotFound()
        if not _opens(order, knock.client_token):
            return WrongToken()
        recorded = answer_from_record(order, knock.key, knock.claimed)
        if recorded is not None:
            return Settled(order=order, key=knock.key, outcome=recorded)
        wait_s = self._budget.take(knock.key) if knock.trigger in _STRANGERS else 0.0
        if wait_s > 0:
            return TooManyQuestions(retry_after_s=wait_s)

        # Asked after the read: so what we write can never be older than what it replaces.
        payment = await gateway.find_payment(knock.key.payment_id)
        if payment is None:
            return PaymentNotFound(was_known=order.payment(knock.key) is not None)
        if payment.awaits_approval and self._approve is not None and knock.trigger in BUYERS:
            approved = await self._approve(
                order, payment, knock.approval_token, gateway, knock.trigger
            )
            if approved is None:
                return Settled(order=order, key=knock.key, outcome=Pending(), awaits_approval=True)
            order, payment = approved
        decision = settle(order, payment, self._clock.now(), self._policy, trigger=knock.trigger)
        try:
            await self._write(order, decision)
        except PaymentBoundElsewhere:
            decision = await self._refuse_bound_elsewhere(order, payment, knock)
        return Settled(
            order=decision.order,
            key=knock.key,
            outcome=decision.outcome,
            awaits_approval=payment.awaits_approval,
        )

    async def _write(self, read: Order, decision: Decision) -> None:
        if decision.order is not read:
            await self._orders.save(decision.order, decision.tasks)

    async def _refuse_bound_elsewhere(
        self, order: Order, payment: Payment, knock: Knock
    ) -> Decision:
        owner = await self._orders.find_order_id_by_payment(payment.key)
        forgery = Forged(
            discrepancies=(
                Discrepancy(
                    field="order_id", expected=order.order_id, actual=owner or "another order"
                ),
            )
        )
        decision = refuse(
            order, payment, forgery, self._clock.now(), self._policy, trigger=knock.trigger
        )
        await self._write(order, decision)
        return decision

    async def _look_again_later(self, knock: Knock) -> None:
        await self._tasks.put(recheck(knock.order_id, knock.key, self._clock.now() + RECHECK_AFTER))


def _opens(order: Order, client_token: str | None) -> bool:
    """Whether the token is absent or right; comparing digests takes the same time for any text."""
    if client_token is None:
        return True
    return compare_digest(_digest(client_token), _digest(order.client_token))


def _digest(token: str) -> bytes:
    # A stranger may send half a surrogate pair, which plain UTF-8 cannot encode.
    return sha256(token.encode(errors="surrogatepass")).digest()
