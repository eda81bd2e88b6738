"""What the vendor lets a shop change: approve a payment, and give money back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject, Number, loads, number_from
from sandbox.toss import payment as changes
from sandbox.toss import words
from sandbox.toss.admission import Caller
from sandbox.toss.answers import VendorRefusal, refusal, wants_english
from sandbox.toss.payment import ApprovalOver, Payment
from sandbox.toss.vendor_reads import show
from sandbox.toss.world import World

_ACCOUNT: Final = ("bank", "accountNumber", "holderName")
_CANCELLABLE: Final = frozenset({"DONE", "PARTIAL_CANCELED", "WAITING_FOR_DEPOSIT"})
_NO_SESSION: Final = frozenset({"READY", "EXPIRED", "ABORTED"})

CarryOut = Callable[[web.Request, JsonObject, Caller], Awaitable[web.Response]]


class VendorWrites:
    """Changes the ledger as the shop asks, within the vendor's rules."""

    def __init__(self, world: World) -> None:
        """Write to this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post("/v1/payments/confirm", self.confirm),
            web.post("/v1/payments/{paymentKey}/cancel", self.cancel),
        ]

    async def confirm(self, request: web.Request) -> web.Response:
        """Take the money of a payment that the buyer agreed to, within ten minutes."""
        return await self._once(request, self._confirm)

    async def cancel(self, request: web.Request) -> web.Response:
        """Give money back."""
        return await self._once(request, self._cancel)

    async def _once(self, request: web.Request, carry_out: CarryOut) -> web.Response:
        """Carry a request out; the same key again gets the same answer, whatever it was."""
        caller = self._world.admission.admit(request)
        body = await _body_of(request)

        async def work() -> web.Response:
            try:
                forced = request.headers.get("TossPayments-Test-Code")
                if forced is not None and not caller.is_live:
                    raise VendorRefusal(forced)
                answer = await carry_out(request, body, caller)
            except VendorRefusal as error:
                answer = refusal(error.code, in_english=wants_english(request))
            # The vendor has done it, and takes its time to say so.
            await asyncio.sleep(self._world.settings.processing_s)
            return answer

        key = request.headers.get("Idempotency-Key")
        if key is None:
            return await work()
        # Whoever asked may be gone before the vendor has ended.
        scope = (caller.key, request.method, request.path, key)
        return await asyncio.shield(
            asyncio.ensure_future(self._world.idempotency.once(scope, work))
        )

    async def _confirm(
        self, request: web.Request, body: JsonObject, caller: Caller
    ) -> web.Response:
        payment = self._find(_text(body, "paymentKey"), is_live=caller.is_live)
        if payment.status in _NO_SESSION:
            raise VendorRefusal("NOT_FOUND_PAYMENT_SESSION")
        if payment.status != "IN_PROGRESS":
            raise VendorRefusal("ALREADY_PROCESSED_PAYMENT")
        is_same = _text(body, "orderId") == payment.get("orderId")
        if not is_same or _amount(body, "amount") != number_from(payment.get("totalAmount")):
            raise VendorRefusal("INVALID_REQUEST")
        if payment.rejects_with is not None:
            changes.abort(payment, self._world.clock.now(), payment.rejects_with)
            await self._world.announce(payment)
            raise VendorRefusal(payment.rejects_with)
        mark = self._world.mark()
        try:
            self._world.change(payment, lambda it: changes.approve(it, mark))
        except ApprovalOver:
            raise VendorRefusal("NOT_FOUND_PAYMENT_SESSION") from None
        await self._world.announce(payment)
        return show(payment, request)

    async def _cancel(self, request: web.Request, body: JsonObject, caller: Caller) -> web.Response:
        payment = self._find(request.match_info["paymentKey"], is_live=caller.is_live)
        reason = _text(body, "cancelReason")
        amount, refundable = _amount(body, "cancelAmount"), _amount(body, "refundableAmount")
        if payment.status == "CANCELED":
            raise VendorRefusal("ALREADY_CANCELED_PAYMENT")
        if payment.status not in _CANCELLABLE:
            raise VendorRefusal("NOT_CANCELABLE_PAYMENT")
        if amount == 0 or body.get("currency") not in (None, payment.get("currency")):
            raise VendorRefusal("INVALID_REQUEST")
        if refundable is not None and refundable != payment.balance:
            raise VendorRefusal("NOT_MATCHES_REFUNDABLE_AMOUNT")
        if amount is not None and amount > payment.balance:
            raise VendorRefusal("NOT_CANCELABLE_AMOUNT")
        if payment.needs_refund_account and not _is_account(body.get("refundReceiveAccount")):
            raise VendorRefusal("INVALID_REFUND_ACCOUNT_INFO")
        mark = self._world.mark()
        try:
            self._world.change(
                payment, lambda it: changes.cancel(it, mark, amount=amount, reason=reason)
            )
        except IllegalChange:
            raise VendorRefusal("NOT_CANCELABLE_AMOUNT") from None
        await self._world.announce(payment)
        return show(payment, request)

    def _find(self, payment_key: str, *, is_live: bool) -> Payment:
        payment = self._world.ledger.get(payment_key, self._world.clock.now())
        if payment is None or payment.is_live is not is_live:
            raise VendorRefusal("NOT_FOUND_PAYMENT")
        return payment


async def _body_of(request: web.Request) -> JsonObject:
    try:
        value = loads(await request.read())
    except ValueError:
        raise VendorRefusal("INVALID_REQUEST") from None
    if not isinstance(value, dict):
        raise VendorRefusal("INVALID_REQUEST")
    return value


def _text(body: JsonObject, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= words.LONGEST_TEXT:
        raise VendorRefusal("INVALID_REQUEST")
    return value


def _amount(body: JsonObject, name: str) -> Number | None:
    if body.get(name) is None:
        return None
    number = number_from(body[name])
    if number is None or number < 0:
        raise VendorRefusal("INVALID_REQUEST")
    return number


def _is_account(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) and value[name] for name in _ACCOUNT
    )
