"""What the vendor lets a shop change: open, capture and cancel payments, and give money back."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.stripe import parameters
from sandbox.stripe.answers import InvalidParameter, VendorError, no_such
from sandbox.stripe.intent import Intent
from sandbox.stripe.ledger import NewIntent
from sandbox.stripe.parameters import Parameters
from sandbox.stripe.world import World

_LONGEST_KEY: Final = 255
_CURRENCY: Final = 3
THREE_DECIMALS: Final = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_BY_HUNDREDS: Final = frozenset({"isk", "ugx"})
_REASONS: Final = frozenset({"duplicate", "fraudulent", "requested_by_customer"})

Work = Callable[[Parameters], Awaitable[web.Response]]


class VendorWrites:
    """Changes the world as the shop asks, within the vendor's rules, once for each key."""

    def __init__(self, world: World) -> None:
        """Write to this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post("/v1/payment_intents", self.open),
            web.post("/v1/payment_intents/{id}/capture", self.capture),
            web.post("/v1/payment_intents/{id}/cancel", self.cancel),
            web.post("/v1/refunds", self.refund),
        ]

    async def open(self, request: web.Request) -> web.Response:
        """Open a payment for a buyer to pay."""

        async def work(values: Parameters) -> web.Response:
            currency = parameters.required(values, "currency").lower()
            amount = parameters.amount(values, "amount")
            if amount is None:
                raise InvalidParameter("Missing required param: amount.", "amount")
            if len(currency) != _CURRENCY or not currency.isascii() or not currency.isalpha():
                raise InvalidParameter(f"Invalid currency: {currency}", "currency")
            _check_digits(amount, currency)
            capture_method = parameters.text(values, "capture_method") or "automatic"
            intent = self._world.ledger.open(
                NewIntent(
                    amount=amount,
                    currency=currency,
                    metadata=parameters.mapping(values, "metadata"),
                    capture_method=capture_method,
                    description=parameters.text(values, "description"),
                ),
                self._world.clock.now(),
            )
            await self._world.tell(intent, ["payment_intent.created"])
            return json_answer(intent.shown())

        names = ("amount", "currency", "metadata", "capture_method", "payment_method_types")
        return await self._once(request, work, *names, "automatic_payment_methods", "description")

    async def capture(self, request: web.Request) -> web.Response:
        """Take what was authorised."""

        async def work(values: Parameters) -> web.Response:
            intent = self._intent(request.match_info["id"])
            intent.capture(parameters.amount(values, "amount_to_capture"))
            await self._world.tell(intent, ["charge.captured", "payment_intent.succeeded"])
            return json_answer(intent.shown())

        return await self._once(request, work, "amount_to_capture", "expand")

    async def cancel(self, request: web.Request) -> web.Response:
        """End a payment that was not taken."""

        async def work(values: Parameters) -> web.Response:
            intent = self._intent(request.match_info["id"])
            intent.cancel(parameters.text(values, "cancellation_reason"))
            await self._world.tell(intent, ["payment_intent.canceled"])
            return json_answer(intent.shown())

        return await self._once(request, work, "cancellation_reason", "expand")

    async def refund(self, request: web.Request) -> web.Response:
        """Give money back; without an amount, all that remains."""

        async def work(values: Parameters) -> web.Response:
            intent = self._intent(parameters.required(values, "payment_intent"))
            amount = parameters.amount(values, "amount")
            reason = parameters.text(values, "reason")
            if reason is not None and reason not in _REASONS:
                raise InvalidParameter(f"Invalid reason: {reason}", "reason")
            if amount is not None:
                _check_digits(amount, intent.currency)
            refund = self._world.ledger.give_back(
                intent,
                amount,
                self._world.clock.now(),
                self._world.settings.refund_status,
                parameters.mapping(values, "metadata"),
            )
            await self._world.tell(intent, ["refund.created", "charge.refunded"], refund)
            return json_answer(refund.shown())

        return await self._once(request, work, "payment_intent", "amount", "metadata", "reason")

    def _intent(self, intent_id: str) -> Intent:
        intent = self._world.ledger.intents.get(intent_id)
        if intent is None:
            raise no_such("payment_intent", intent_id)
        return intent

    async def _once(self, request: web.Request, work: Work, *names: str) -> web.Response:
        """Carry a request out, or repeat what was answered when it came first."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > _LONGEST_KEY:
            raise InvalidParameter("The idempotency key is too long.")
        asked = request.path.encode() + b"\n" + await request.read()
        if key:
            replayed = self._world.keys.replay(key, asked)
            if replayed is not None:
                return replayed
        values = parameters.known(await parameters.form_of(request), *names)
        try:
            answer = await work(values)
        except InvalidParameter:
            raise
        except VendorError as error:
            answer = error.answer()
        if key:
            self._world.keys.keep(key, asked, answer)
        return answer


def _check_digits(amount: int, currency: str) -> None:
    """Refuse amounts that are finer than what the vendor passes on."""
    if (currency in THREE_DECIMALS and amount % 10) or (currency in _BY_HUNDREDS and amount % 100):
        raise InvalidParameter(
            f"Invalid amount. {currency} amounts must be evenly divisible.",
            "amount",
            "invalid_charge_amount_no_decimal_compatible",
        )
