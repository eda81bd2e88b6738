"""The control API's verbs on payments: the buyer, the bank, and the person at the console."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.buyers_verbs import BuyersVerbs
from sandbox.machinery.control_fields import ControlError, Fields, read_json
from sandbox.machinery.front import CONTROL
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2 import words
from sandbox.portone_v2.opening import NewPayment
from sandbox.portone_v2.payment import DEPOSIT_WITHIN_S, Payment
from sandbox.portone_v2.world import World

BULK_LIMIT: Final = 10_000
PAYMENTS_PATH: Final = f"{CONTROL}/payments"
_METHODS: Final = frozenset(words.METHODS)
_LARGEST: Final = 2**63 - 1
_KNOWN: Final = (
    "amount",
    "currency",
    "custom_data",
    "discount",
    "due_in_s",
    "issue",
    "method",
    "notice_url",
    "omit",
    "overrides",
    "payment_id",
    "status",
    "test",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A payment to open, and the URL that shall get its webhooks instead of the console's."""

    payment: NewPayment
    notice_url: str | None


class ControlPayments:
    """Changes payments as the outside world would."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self._buyer = BuyersVerbs[Payment](
            changes, world.clock, self._change, deposit_within_s=DEPOSIT_WITHIN_S
        )

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        path = f"{PAYMENTS_PATH}/{{payment_id}}"
        return [
            web.post(PAYMENTS_PATH, self.create),
            web.post(f"{PAYMENTS_PATH}/bulk", self.create_many),
            web.get(path, self.show),
            *self._buyer.routes(path),
            web.post(f"{path}/allow", self.allow),
            web.post(f"{path}/cancel", self.cancel),
            web.post(f"{path}/fail", self.fail),
            web.post(f"{path}/pend", self.pend),
            web.get(f"{CONTROL}/registered/{{payment_id}}", self.registered),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Open a payment in any state, or another attempt of one that is known."""
        opening = self._read_opening(await read_json(request))
        payment = self._world.open(opening.payment, opening.notice_url)
        await self._world.announce(payment)
        return json_answer(payment.shown(), 201)

    async def create_many(self, request: web.Request) -> web.Response:
        """Open many payments at once, without a webhook for any of them."""
        fields = Fields.within(await read_json(request), "payments")
        openings = [self._read_opening(item) for item in fields.items("payments", limit=BULK_LIMIT)]
        payments = [self._world.open(opening.payment, opening.notice_url) for opening in openings]
        return json_answer({"payment_ids": [payment.payment_id for payment in payments]}, 201)

    async def show(self, request: web.Request) -> web.Response:
        """Show a payment."""
        return json_answer(self._payment(request).shown())

    async def registered(self, request: web.Request) -> web.Response:
        """Show the amount that the shop announced for a payment; null if it did not."""
        payment_id = request.match_info["payment_id"]
        return json_answer({"registered": self._world.ledger.registered.get(payment_id)})

    async def allow(self, request: web.Request) -> web.Response:
        """The buyer allows a payment that the shop is to approve; answers the page's token."""
        fields = await Fields.of(request, "declined")
        payment = self._payment(request)
        if payment.status != words.READY or payment.is_account:
            raise ControlError(409, "only a payment that is READY can be allowed")
        payment.token = payment.token or secrets.token_hex(16)
        payment.token_declined = fields.flag("declined", default=False)
        return json_answer({"payment_token": payment.token, "tx_id": payment.transaction_id})

    async def pend(self, request: web.Request) -> web.Response:
        """The payment company will tell the end later."""
        await Fields.of(request)
        now = self._world.clock.now()
        return await self._change(request, lambda payment: changes.pend(payment, now))

    async def fail(self, request: web.Request) -> web.Response:
        """The payment fails; this vendor tells that too."""
        fields = await Fields.of(request, "reason")
        reason = fields.text("reason") or words.CARD_DECLINED
        now = self._world.clock.now()
        return await self._change(request, lambda payment: changes.fail(payment, now, reason))

    async def cancel(self, request: web.Request) -> web.Response:
        """Somebody cancels at the vendor's console."""
        fields = await Fields.of(request, "amount", "reason")
        amount = fields.whole("amount", 0, low=0, high=_LARGEST)
        reason = fields.text("reason") or words.CHANGED_MIND
        now = self._world.clock.now()

        def apply(payment: Payment) -> None:
            new_id = self._world.ledger.next_cancellation_id()
            changes.cancel(
                payment, now, amount=amount, reason=reason, new_id=new_id, trigger="CONSOLE"
            )

        return await self._change(request, apply)

    def _payment(self, request: web.Request) -> Payment:
        return self._world.payment(request.match_info["payment_id"])

    async def _change(
        self, request: web.Request, change: Callable[[Payment], object]
    ) -> web.Response:
        payment = self._payment(request)
        self._world.ledger.change(payment, change)
        await self._world.announce(payment)
        return json_answer(payment.shown())

    def _read_opening(self, value: object) -> Opening:
        fields = Fields.within(value, *_KNOWN)
        if fields.is_null("amount"):
            raise ControlError(400, "amount is missing")
        amount = fields.whole("amount", 0, low=0, high=_LARGEST)
        new = NewPayment(
            payment_id=fields.text("payment_id", limit=200),
            amount=amount,
            currency=fields.text("currency", limit=10) or "KRW",
            method=fields.word("method", _METHODS) or "card",
            status=fields.text("status", limit=40) or words.READY,
            test=fields.flag("test", default=False),
            issue=fields.flag("issue", default=True),
            due_in_s=fields.due_in_s(DEPOSIT_WITHIN_S),
            discount=fields.whole("discount", 0, low=0, high=amount),
            custom_data=fields.text("custom_data"),
            overrides=fields.mapping("overrides"),
            omit=fields.names("omit"),
        )
        self._world.compare_with_registered(new)
        return Opening(new, fields.url("notice_url", allow_remote=self._world.allow_remote))
