"""Plays the vendor at its payment window: the shop's backend has opened the payment before."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from sandbox.machinery.checkout.cashier import Press, Unpayable
from sandbox.machinery.checkout.pages import Sale, Waiting
from sandbox.machinery.checkout.way_back import WayBack, with_query
from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.exact_json import JsonObject
from sandbox.stripe.intent import OPEN, Intent
from sandbox.stripe.vendor_writes import THREE_DECIMALS
from sandbox.stripe.world import CARD_DECLINED, World, paid_kinds

_WHOLE: Final = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905
)
_BANK_TELLS_WITHIN_S: Final = 3 * 24 * 3600
_CLOSED: Final = ("payment_intent_authentication_failure", "The buyer has closed the window.")
_NOT_OPEN: Final = "payment_intent_unexpected_state"


class StripeCashier:
    """A `Cashier` over one world. Who pays by account is debited: the bank tells days later."""

    script = Path(__file__).parent / "stripe.js"

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self.allow_remote = world.allow_remote

    async def open(self, params: JsonObject, way_back: WayBack) -> str:
        secret = params.get("clientSecret")
        intent_id = secret.partition("_secret_")[0] if isinstance(secret, str) else ""
        intent = self._world.ledger.intents.get(intent_id)
        if intent is None or intent.client_secret != secret:
            raise Unpayable("resource_missing", "No such payment_intent")
        if intent.status not in OPEN:
            raise Unpayable(_NOT_OPEN, f"The payment has a status of {intent.status}.")
        return intent.intent_id

    def sale(self, payment_id: str) -> Sale:
        intent = self._world.intent(payment_id)
        return Sale(
            order_id=intent.metadata.get("order_id", ""),
            name=intent.description or intent.intent_id,
            amount=_shown(intent),
            by_account=False,
            other_payment=self._paid_for_another_order(intent) is not None,
        )

    async def end(self, payment_id: str, press: Press) -> JsonObject:
        intent = self._world.intent(payment_id)
        if press.way == "close":
            return _told(intent, "failed", _CLOSED)
        if press.way == "fail":
            await self._world.change(
                intent, lambda it: it.fail(*CARD_DECLINED), "payment_intent.payment_failed"
            )
            return _told(intent, "failed", CARD_DECLINED)
        if press.way == "otherPayment":
            other = self._paid_for_another_order(intent)
            if other is None:
                raise ControlError(409, "no other order has been paid")
            return _told(other, "succeeded")
        if press.amount is not None:
            intent.amount = int(press.amount * 10 ** _decimals(intent.currency))
        intent.charge_overrides = {**intent.charge_overrides, "receipt_url": press.receipt_url}
        now, silent = self._world.clock.now(), press.is_silent
        if press.by_account:
            await self._world.change(intent, lambda it: it.process(now))
            kinds = ["charge.pending", "payment_intent.processing"]
            await self._world.tell(intent, kinds, is_silent=silent)
            return _told(intent, "processing")
        await self._world.change(intent, lambda it: it.pay(now))
        await self._world.tell(intent, paid_kinds(intent), is_silent=silent)
        return _told(intent, "succeeded")

    def refuse(self, params: JsonObject, refusal: Unpayable) -> JsonObject:
        secret = params.get("clientSecret")
        return {
            "payment_intent": None,
            "payment_intent_client_secret": secret if isinstance(secret, str) else None,
            "redirect_status": "failed",
            "error": {"code": refusal.code, "message": refusal.message},
        }

    def lead_back(self, redirects: WayBack, result: JsonObject) -> str:
        brought = {name: each for name, each in result.items() if name != "error"}
        return with_query(redirects.redirect or "", brought)

    def paid_at(self, payment_id: str) -> int | None:
        intent = self._world.intent(payment_id)
        return intent.charged_at if intent.status == "succeeded" else None

    def waiting(self) -> Sequence[Waiting]:
        return [
            Waiting(
                payment_id=intent.intent_id,
                bank=intent.method,
                number=str(intent.charge_id),
                name=intent.description or intent.intent_id,
                amount=_shown(intent),
                due_at=(intent.charged_at or intent.created) + _BANK_TELLS_WITHIN_S,
            )
            for intent in self._world.ledger.latest("processing")
        ]

    async def deposit(self, payment_id: str) -> None:
        intent, now = self._world.intent(payment_id), self._world.clock.now()
        await self._world.change(intent, lambda it: it.pay(now))
        await self._world.tell(intent, paid_kinds(intent))

    def _paid_for_another_order(self, intent: Intent) -> Intent | None:
        """The latest payment that could be shown again for this order."""
        order_id = intent.metadata.get("order_id")
        paid = self._world.ledger.latest("succeeded")
        return next((it for it in paid if it.metadata.get("order_id") != order_id), None)


def _told(intent: Intent, how: str, error: tuple[str, str] | None = None) -> JsonObject:
    """What a page is told, or brought back by the browser: none of it proves anything."""
    code, message = error or (None, None)
    return {
        "payment_intent": intent.intent_id,
        "payment_intent_client_secret": intent.client_secret,
        "redirect_status": how,
        "error": None if error is None else {"code": code, "message": message},
    }


def _decimals(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def _shown(intent: Intent) -> str:
    number = f"{Decimal(intent.amount).scaleb(-_decimals(intent.currency)):,f}"
    return f"₩{number}" if intent.currency == "krw" else f"{number} {intent.currency.upper()}"
