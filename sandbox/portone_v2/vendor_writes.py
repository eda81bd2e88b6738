"""What the vendor lets a shop change: cancel, approve, announce an amount, send a webhook again."""

from functools import partial
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v2 import parameters, words
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2.answers import VendorRefusal, invalid
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.world import World

_ACCOUNT: Final = ("bank", "number", "holderName")


class VendorWrites:
    """Changes the world as the shop asks, within the vendor's rules."""

    def __init__(self, world: World) -> None:
        """Write to this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        path = "/payments/{payment_id}"
        return [
            web.post(f"{path}/cancel", self.cancel),
            web.post(f"{path}/confirm", self.confirm),
            web.post(f"{path}/pre-register", self.pre_register),
            web.post(f"{path}/resend-webhook", self.resend_webhook),
        ]

    async def cancel(self, request: web.Request) -> web.Response:
        """Give money back."""
        body = await self._body(request)
        payment = self._payment(request)
        reason = parameters.required_text(body, "reason")
        amount = parameters.whole(body, "amount", low=1)
        expected = parameters.whole(body, "currentCancellableAmount")
        account = parameters.section(body, "refundAccount")
        self._check_cancellable(payment, amount, expected)
        if payment.is_account and not all(account.get(name) for name in _ACCOUNT):
            raise invalid("refundAccount")
        cancellations: list[JsonObject] = []

        def apply(it: Payment) -> None:
            cancellations.append(
                changes.cancel(
                    it,
                    self._world.clock.now(),
                    amount=amount or 0,
                    reason=reason,
                    new_id=self._world.ledger.next_cancellation_id(),
                    trigger="API",
                )
            )

        self._world.ledger.change(payment, apply)
        if not parameters.truth(body, "skipWebhook"):
            await self._world.announce(payment)
        return json_answer({"cancellation": cancellations[0]})

    async def confirm(self, request: web.Request) -> web.Response:
        """Take the money of a payment that waits for the shop's word."""
        body = await self._body(request)
        payment = self._payment(request)
        token = parameters.required_text(body, "paymentToken")
        if payment.status in changes.CLOSED:
            raise VendorRefusal("ALREADY_PAID")
        if payment.token is None or token != payment.token or payment.status != words.READY:
            raise VendorRefusal("INVALID_PAYMENT_TOKEN")
        _check_same(body, payment)
        now = self._world.clock.now()
        if payment.token_declined:
            self._world.ledger.change(payment, partial(changes.fail, now=now))
            raise VendorRefusal(
                "PG_PROVIDER", words.CARD_DECLINED, pgCode="DECLINED", pgMessage=words.CARD_DECLINED
            )
        self._world.ledger.change(payment, partial(changes.pay, now=now))
        if not parameters.truth(body, "skipWebhook"):
            await self._world.announce(payment)
        return json_answer({"pgTxId": payment.own["pgTxId"], "paidAt": payment.own["paidAt"]})

    async def pre_register(self, request: web.Request) -> web.Response:
        """Announce a payment's amount, or replace the one announced."""
        body = await self._body(request)
        payment_id = request.match_info["payment_id"]
        known = self._world.ledger.get(payment_id)
        if known is not None and known.status in changes.CLOSED:
            raise VendorRefusal("ALREADY_PAID")
        self._world.ledger.registered[payment_id] = {
            "amount": parameters.whole(body, "totalAmount"),
            "currency": parameters.text(body, "currency"),
        }
        return json_answer({})

    async def resend_webhook(self, request: web.Request) -> web.Response:
        """Send the latest webhook of a payment again, or the one that is named."""
        body = await self._body(request)
        payment = self._payment(request)
        wanted = parameters.text(body, "webhookId")
        known = [each for each in payment.webhooks if wanted in (None, each["id"])]
        if not known:
            raise VendorRefusal("WEBHOOK_NOT_FOUND")
        await self._world.send_again(payment, known[-1])
        return json_answer({"webhook": known[-1]})

    async def _body(self, request: web.Request) -> JsonObject:
        body = await parameters.body_of(request)
        parameters.check_store(parameters.text(body, "storeId"), self._world.store_id)
        return body

    def _payment(self, request: web.Request) -> Payment:
        payment = self._world.ledger.get(request.match_info["payment_id"])
        if payment is None:
            raise VendorRefusal("PAYMENT_NOT_FOUND")
        return payment

    def _check_cancellable(
        self, payment: Payment, amount: int | None, expected: int | None
    ) -> None:
        if payment.status not in changes.CLOSED:
            raise VendorRefusal("PAYMENT_NOT_PAID")
        remaining = payment.remaining
        if remaining <= 0:
            raise VendorRefusal("PAYMENT_ALREADY_CANCELLED")
        if expected is not None and expected != remaining:
            raise VendorRefusal("CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN")
        if amount is not None and amount > remaining:
            raise VendorRefusal("CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT")


def _check_same(body: JsonObject, payment: Payment) -> None:
    """Refuse an approval of something else than the buyer allowed."""
    own = payment.own
    pairs = (
        (parameters.text(body, "txId"), payment.transaction_id),
        (parameters.text(body, "currency"), own.get("currency")),
        (parameters.whole(body, "totalAmount"), own["amount"].get("total")),
        (parameters.truth(body, "isTest"), own["channel"].get("type") == "TEST"),
    )
    if any(said is not None and said != held for said, held in pairs):
        raise VendorRefusal("INFORMATION_MISMATCH")
