"""What the vendor lets a shop change: cancel, announce an amount, revoke an account."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.machinery.clock import Clock
from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v1 import parameters, words
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1.answers import (
    VendorRefusal,
    parameter_invalid,
    payment_not_found,
    success,
)
from sandbox.portone_v1.ledger import Ledger
from sandbox.portone_v1.payment import Payment

Announce = Callable[[Payment], Awaitable[None]]

_REFUND_ACCOUNT = ("refund_holder", "refund_bank", "refund_account")


class VendorWrites:
    """Changes the ledger as the shop asks, within the vendor's rules."""

    def __init__(self, ledger: Ledger, clock: Clock, announce: Announce) -> None:
        """Write to this ledger; `announce` sends the vendor's webhook."""
        self._ledger = ledger
        self._clock = clock
        self._announce = announce

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post("/payments/cancel", self.cancel),
            web.post("/payments/prepare", self.prepare),
            web.put("/payments/prepare", self.change_prepared),
            web.get("/payments/prepare/{merchant_uid}", self.prepared),
            web.delete("/vbanks/{imp_uid}", self.revoke_account),
        ]

    async def cancel(self, request: web.Request) -> web.Response:
        """Give money back; a refusal is HTTP 200 with code 1."""
        body = await parameters.body_of(request)
        amount = parameters.amount(body, "amount") or 0
        checksum = parameters.amount(body, "checksum")
        reason = parameters.text(body, "reason") or words.CHANGED_MIND
        payment = self._payment_to_cancel(body)
        remaining = payment.remaining
        if remaining <= 0:
            raise _refused(words.ALREADY_CANCELLED)
        if checksum is not None and checksum != remaining:
            raise _refused(words.CHECKSUM_DIFFERS)
        if amount > remaining:
            raise _refused(words.CANCEL_EXCEEDS_REMAINDER)
        is_vbank = payment.get("pay_method") == "vbank"
        if is_vbank and not all(parameters.text(body, name) for name in _REFUND_ACCOUNT):
            raise _refused(words.REFUND_ACCOUNT_MISSING)
        now, new_id = self._clock.now(), self._ledger.next_cancellation_id
        self._ledger.change(
            payment,
            lambda it: changes.cancel(it, now, amount=amount, reason=reason, new_id=new_id),
        )
        if parameters.is_true(body.get("enable_webhook")):
            await self._announce(payment)
        return success(payment.shown())

    async def prepare(self, request: web.Request) -> web.Response:
        """Announce an order's amount before its window opens."""
        prepared = _read_prepared(await parameters.body_of(request))
        if prepared["merchant_uid"] in self._ledger.prepared:
            raise _refused(words.ALREADY_PREPARED)
        self._ledger.prepared[prepared["merchant_uid"]] = prepared
        return success(prepared)

    async def change_prepared(self, request: web.Request) -> web.Response:
        """Change an announced amount."""
        prepared = _read_prepared(await parameters.body_of(request))
        if prepared["merchant_uid"] not in self._ledger.prepared:
            raise _nothing_prepared()
        self._ledger.prepared[prepared["merchant_uid"]] = prepared
        return success(prepared)

    async def prepared(self, request: web.Request) -> web.Response:
        """Show an announced amount."""
        prepared = self._ledger.prepared.get(request.match_info["merchant_uid"])
        if prepared is None:
            raise _nothing_prepared()
        return success(prepared)

    async def revoke_account(self, request: web.Request) -> web.Response:
        """Take a virtual account back before anything was deposited."""
        payment = self._ledger.get(request.match_info["imp_uid"])
        if payment is None:
            raise payment_not_found()
        if not payment.awaits_deposit:
            raise VendorRefusal(400, words.NOT_A_WAITING_ACCOUNT)
        now = self._clock.now()
        self._ledger.change(payment, lambda it: changes.fail(it, now, words.ACCOUNT_REVOKED))
        return success(payment.shown())

    def _payment_to_cancel(self, body: JsonObject) -> Payment:
        imp_uid = parameters.text(body, "imp_uid")
        merchant_uid = parameters.text(body, "merchant_uid")
        if not imp_uid and not merchant_uid:
            raise VendorRefusal(400, words.CANCEL_ID_MISSING)
        if imp_uid:
            found = [self._ledger.get(imp_uid)]
        else:
            found = list(self._ledger.attempts(merchant_uid))
        taken = [payment for payment in found if payment and payment.status in changes.CLOSED]
        if not taken:
            raise _refused(words.NOTHING_TO_CANCEL)
        # Of several attempts the one that still has money to give back.
        return next((payment for payment in taken if payment.remaining > 0), taken[0])


def _read_prepared(body: JsonObject) -> JsonObject:
    merchant_uid = parameters.text(body, "merchant_uid")
    amount = parameters.amount(body, "amount")
    if not merchant_uid:
        raise parameter_invalid("merchant_uid")
    if amount is None:
        raise parameter_invalid("amount")
    currency = parameters.text(body, "currency") or None
    return {"merchant_uid": merchant_uid, "amount": amount, "currency": currency}


def _refused(message: str) -> VendorRefusal:
    return VendorRefusal(200, message, code=1)


def _nothing_prepared() -> VendorRefusal:
    return VendorRefusal(404, words.PREPARED_NOT_FOUND, code=1)
