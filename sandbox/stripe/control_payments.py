"""The control API's verbs on payments: the buyer, the bank, and the person at the dashboard."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields, read_json
from sandbox.machinery.front import CONTROL
from sandbox.stripe.answers import VendorError
from sandbox.stripe.control_opening import read_opening
from sandbox.stripe.intent import Intent
from sandbox.stripe.ledger import NewIntent
from sandbox.stripe.world import CARD_DECLINED, World, paid_kinds

BULK_LIMIT: Final = 10_000
INTENTS_PATH: Final = f"{CONTROL}/payment_intents"
_REFUND_STATUSES: Final = frozenset(
    {"succeeded", "pending", "requires_action", "failed", "canceled"}
)
_LARGEST: Final = 10**15


class ControlPayments:
    """Changes payments as the outside world would."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        path = f"{INTENTS_PATH}/{{id}}"
        return [
            web.post(INTENTS_PATH, self.create),
            web.post(f"{INTENTS_PATH}/bulk", self.create_many),
            web.get(path, self.show),
            web.post(f"{path}/pay", self.pay),
            web.post(f"{path}/authorise", self.authorise),
            web.post(f"{path}/process", self.process),
            web.post(f"{path}/fail", self.fail),
            web.post(f"{path}/cancel", self.cancel),
            web.post(f"{path}/refund", self.refund),
            web.post(f"{path}/dispute", self.dispute),
            web.post(f"{path}/refuse_capture", self.refuse_capture),
            web.post(f"{CONTROL}/refunds/{{id}}/end", self.end_refund),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Open a payment."""
        intent = self._open(read_opening(await read_json(request)))
        await self._world.tell(intent, ["payment_intent.created"])
        return self._shown(intent, 201)

    async def create_many(self, request: web.Request) -> web.Response:
        """Open many payments at once, without a webhook for any of them."""
        fields = Fields.within(await read_json(request), "payment_intents")
        openings = [
            read_opening(item) for item in fields.items("payment_intents", limit=BULK_LIMIT)
        ]
        if any(opening.intent_id is not None for opening in openings):
            raise ControlError(400, "ids are made up for payments that are opened in bulk")
        intents = [self._open(opening) for opening in openings]
        for intent in intents:
            self._world.ledger.tell(["payment_intent.created"], intent, intent.created)
        return json_answer({"ids": [intent.intent_id for intent in intents]}, 201)

    async def show(self, request: web.Request) -> web.Response:
        """Show a payment with its charge."""
        return self._shown(self._of(request))

    async def pay(self, request: web.Request) -> web.Response:
        """Let the buyer pay, or the bank tell that the money has come."""
        await Fields.of(request)
        intent, now = self._of(request), self._world.clock.now()
        await self._world.change(intent, lambda it: it.pay(now))
        await self._world.tell(intent, paid_kinds(intent))
        return self._shown(intent)

    async def authorise(self, request: web.Request) -> web.Response:
        """Let the buyer's bank hold the money until the shop captures it."""
        await Fields.of(request)
        intent, now = self._of(request), self._world.clock.now()
        await self._world.change(intent, lambda it: it.authorise(now))
        await self._world.tell(intent, paid_kinds(intent))
        return self._shown(intent)

    async def process(self, request: web.Request) -> web.Response:
        """Let the buyer order a payment whose end is told days later."""
        await Fields.of(request)
        intent, now = self._of(request), self._world.clock.now()
        await self._world.change(
            intent, lambda it: it.process(now), "charge.pending", "payment_intent.processing"
        )
        return self._shown(intent)

    async def fail(self, request: web.Request) -> web.Response:
        """Let an attempt fail."""
        fields = await Fields.of(request, "code", "message")
        code = fields.text("code", limit=100) or CARD_DECLINED[0]
        message = fields.text("message") or CARD_DECLINED[1]
        intent = self._of(request)
        await self._world.change(
            intent, lambda it: it.fail(code, message), "payment_intent.payment_failed"
        )
        return self._shown(intent)

    async def cancel(self, request: web.Request) -> web.Response:
        """End it at the dashboard."""
        fields = await Fields.of(request, "reason")
        reason = fields.text("reason", limit=100)
        intent = self._of(request)
        await self._world.change(intent, lambda it: it.cancel(reason), "payment_intent.canceled")
        return self._shown(intent)

    async def refund(self, request: web.Request) -> web.Response:
        """Give money back at the dashboard."""
        fields = await Fields.of(request, "amount", "status")
        amount = fields.whole("amount", 1, low=1, high=_LARGEST) if fields.has("amount") else None
        status = fields.word("status", _REFUND_STATUSES) or "succeeded"
        intent, now = self._of(request), self._world.clock.now()
        try:
            refund = self._world.ledger.give_back(intent, amount, now, status, {})
        except VendorError as error:
            raise ControlError(409, str(error)) from None
        await self._world.tell(intent, ["refund.created", "charge.refunded"], refund)
        return json_answer(refund.shown())

    async def end_refund(self, request: web.Request) -> web.Response:
        """Let the bank tell what became of a refund; one that had succeeded may fail."""
        fields = await Fields.of(request, "status", "failure_reason")
        refund = self._world.ledger.refunds.get(request.match_info["id"])
        if refund is None:
            raise ControlError(404, "no such refund")
        refund.status = fields.word("status", _REFUND_STATUSES) or "succeeded"
        refund.failure_reason = fields.text("failure_reason", limit=100)
        kinds = ["charge.refund.updated", "refund.updated"]
        if refund.status == "failed":
            kinds.append("refund.failed")
        await self._world.tell(refund.intent, kinds, refund)
        return json_answer(refund.shown())

    async def dispute(self, request: web.Request) -> web.Response:
        """Let the buyer dispute a charge."""
        await Fields.of(request)
        intent = self._of(request)
        intent.disputed = True
        await self._world.tell(intent, ["charge.dispute.created"])
        return self._shown(intent)

    async def refuse_capture(self, request: web.Request) -> web.Response:
        """Let the bank refuse what it had authorised, when it is taken."""
        await Fields.of(request)
        intent = self._of(request)
        intent.refuses_capture = True
        return self._shown(intent)

    def _of(self, request: web.Request) -> Intent:
        return self._world.intent(request.match_info["id"])

    def _open(self, opening: NewIntent) -> Intent:
        return self._world.ledger.open(opening, self._world.clock.now())

    def _shown(self, intent: Intent, http_status: int = 200) -> web.Response:
        return json_answer(intent.shown(with_charge=True), http_status)
