"""The control API's verbs on payments: the buyer, the bank, and the person at the console."""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.buyers_verbs import BuyersVerbs
from sandbox.machinery.control_fields import ControlError, Fields, read_json
from sandbox.machinery.front import CONTROL
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.control_opening import read_opening
from sandbox.portone_v1.payment import DEPOSIT_WITHIN_S, Payment
from sandbox.portone_v1.world import World

BULK_LIMIT: Final = 10_000
PAYMENTS_PATH: Final = f"{CONTROL}/payments"


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
        path = f"{PAYMENTS_PATH}/{{imp_uid}}"
        return [
            web.post(PAYMENTS_PATH, self.create),
            web.post(f"{PAYMENTS_PATH}/bulk", self.create_many),
            web.get(path, self.show),
            *self._buyer.routes(path),
            web.post(f"{path}/cancel", self.cancel),
            web.post(f"{path}/fail", self.fail),
            web.get(f"{CONTROL}/prepared/{{merchant_uid}}", self.prepared),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Open a payment in any state."""
        opening = read_opening(await read_json(request), self._world)
        payment = self._world.open(opening.payment, opening.notice_url)
        if payment.awaits_deposit or payment.status == "paid":
            await self._world.announce(payment)
        return json_answer(payment.shown(), 201)

    async def create_many(self, request: web.Request) -> web.Response:
        """Open many payments at once, all or none, without a webhook for any of them."""
        fields = Fields.within(await read_json(request), "payments")
        openings = [
            read_opening(item, self._world) for item in fields.items("payments", limit=BULK_LIMIT)
        ]
        named = [opening.payment.imp_uid for opening in openings if opening.payment.imp_uid]
        is_taken = any(self._world.ledger.get(imp_uid) is not None for imp_uid in named)
        if is_taken or len(set(named)) < len(named):
            raise ControlError(409, "an imp_uid exists already or is given twice")
        # Given ids first: one made up for the others must not take them.
        openings.sort(key=lambda opening: opening.payment.imp_uid is None)
        payments = [self._world.open(opening.payment, opening.notice_url) for opening in openings]
        return json_answer({"imp_uids": [payment.imp_uid for payment in payments]}, 201)

    async def show(self, request: web.Request) -> web.Response:
        """Show a payment, of the test channel or not."""
        return json_answer(self._world.payment(request.match_info["imp_uid"]).shown())

    async def prepared(self, request: web.Request) -> web.Response:
        """Show the amount that the shop announced for an order; null if it did not."""
        merchant_uid = request.match_info["merchant_uid"]
        return json_answer({"prepared": self._world.ledger.prepared.get(merchant_uid)})

    async def fail(self, request: web.Request) -> web.Response:
        """The payment fails; the vendor never sends a webhook for that."""
        fields = await Fields.of(request, "reason")
        reason = fields.text("reason") or words.CARD_DECLINED
        now = self._world.clock.now()
        return await self._change(
            request, lambda payment: changes.fail(payment, now, reason), tell=False
        )

    async def cancel(self, request: web.Request) -> web.Response:
        """Somebody cancels at the vendor's console."""
        fields = await Fields.of(request, "amount", "reason")
        amount = fields.amount("amount") or 0
        reason = fields.text("reason") or words.CHANGED_MIND
        new_id = self._world.ledger.next_cancellation_id
        now = self._world.clock.now()
        return await self._change(
            request,
            lambda payment: changes.cancel(
                payment, now, amount=amount, reason=reason, new_id=new_id
            ),
        )

    async def _change(
        self, request: web.Request, change: Callable[[Payment], object], *, tell: bool = True
    ) -> web.Response:
        payment = self._world.payment(request.match_info["imp_uid"])
        self._world.ledger.change(payment, change)
        if tell:
            await self._world.announce(payment)
        return json_answer(payment.shown())
