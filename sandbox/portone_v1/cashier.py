"""Plays the vendor at its payment window: opens payments, and ends them as a button says."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sandbox.machinery.checkout.cashier import Press, Unpayable
from sandbox.machinery.checkout.pages import Sale, Waiting
from sandbox.machinery.checkout.way_back import WayBack, with_query
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject, Number, dumps
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.approval import ask_to_go_on, conclude
from sandbox.portone_v1.control_opening import Opening, read_opening
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.world import World

_AS_THE_CONTROL_API: Final = ("amount", "currency", "merchant_uid", "notice_url", "pay_method")
# What the vendor keeps of the buyer and the goods, with the lengths it allows.
_KEPT_TEXTS: Final = {
    "name": 40,
    "buyer_name": 16,
    "buyer_email": 64,
    "buyer_tel": 16,
    "buyer_addr": 128,
    "buyer_postcode": 8,
}
_TOLD: Final = (
    "imp_uid",
    "merchant_uid",
    "status",
    "pay_method",
    "currency",
    "name",
    "buyer_name",
    "pg_provider",
    "pg_tid",
    "apply_num",
    "paid_at",
    "receipt_url",
    "vbank_num",
    "vbank_name",
    "vbank_holder",
    "vbank_date",
    "custom_data",
)
_BROUGHT: Final = ("imp_uid", "merchant_uid", "error_code", "error_msg")


class PortOneV1Cashier:
    """A `Cashier` over one world."""

    script = Path(__file__).parent / "iamport.js"

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self.allow_remote = world.allow_remote
        # The URL that a page named, to be asked just before the approval.
        self._confirm_urls: dict[str, str | None] = {}

    async def open(self, params: JsonObject, way_back: WayBack) -> str:
        try:
            opening = self._read(params, way_back)
            confirm_url = Fields(params, frozenset(params)).url(
                "confirm_url", allow_remote=self.allow_remote
            )
            if self._world.ledger.attempts(opening.payment.merchant_uid, "paid"):
                raise Unpayable("F1002", words.ORDER_ALREADY_PAID)
            payment = self._world.open(opening.payment, opening.notice_url)
        except ControlError as error:
            raise Unpayable("F400", error.message) from None
        self._confirm_urls[payment.imp_uid] = confirm_url
        return payment.imp_uid

    def sale(self, payment_id: str) -> Sale:
        payment = self._world.payment(payment_id)
        return Sale(
            order_id=payment.merchant_uid,
            name=str(payment.get("name")),
            amount=_amount(payment),
            by_account=payment.get("pay_method") == "vbank",
            other_payment=self._paid_for_another_order(payment) is not None,
        )

    async def end(self, payment_id: str, press: Press) -> JsonObject:
        payment = self._world.payment(payment_id)
        if press.way == "close":
            return _told(payment, error=("PAY_PROCESS_CANCELED", words.CLOSED_BY_BUYER))
        if press.way == "otherPayment":
            other = self._paid_for_another_order(payment)
            if other is None:
                raise ControlError(409, "no other order has been paid")
            return _told(other) | {"merchant_uid": payment.merchant_uid}
        if press.way == "fail":
            now = self._world.clock.now()
            self._world.ledger.change(payment, lambda it: changes.fail(it, now))
        else:
            await self._approve(payment, press)
        return _told(payment)

    def refuse(self, params: JsonObject, refusal: Unpayable) -> JsonObject:
        order_id = params.get("merchant_uid")
        return {
            "success": False,
            "imp_success": False,
            "imp_uid": None,
            "merchant_uid": order_id if isinstance(order_id, str) else None,
            "error_code": refusal.code,
            "error_msg": refusal.message,
        }

    def lead_back(self, redirects: WayBack, result: JsonObject) -> str:
        told = {name: result.get(name) for name in _BROUGHT}
        succeeded = {"imp_success": str(result["success"]).lower()}
        return with_query(redirects.redirect or "", told | succeeded)

    def paid_at(self, payment_id: str) -> int | None:
        payment = self._world.payment(payment_id)
        return payment.time("paid_at") if payment.status in changes.CLOSED else None

    def waiting(self) -> Sequence[Waiting]:
        return [
            Waiting(
                payment_id=payment.imp_uid,
                bank=str(payment.get("vbank_name")),
                number=str(payment.get("vbank_num")),
                name=str(payment.get("name")),
                amount=_amount(payment),
                due_at=payment.time("vbank_date"),
            )
            for payment in self._world.ledger.latest("ready")
            if payment.awaits_deposit
        ]

    async def deposit(self, payment_id: str) -> None:
        payment = self._world.payment(payment_id)
        now = self._world.clock.now()
        self._world.ledger.change(payment, lambda it: changes.deposit(it, now))
        await self._world.announce(payment)

    def _read(self, params: JsonObject, way_back: WayBack) -> Opening:
        """Read the payment that the page asks for; what the vendor would ignore is ignored."""
        kept: JsonObject = {"channel": "pc" if way_back.redirect is None else "mobile"}
        for name, limit in _KEPT_TEXTS.items():
            if isinstance(params.get(name), str):
                kept[name] = params[name][:limit]
        if params.get("custom_data") is not None:
            kept["custom_data"] = dumps(params["custom_data"]).decode()
        asked = {name: params[name] for name in _AS_THE_CONTROL_API if params.get(name) is not None}
        whole = asked | {"issue": False, "enforce_prepared": True, "overrides": kept}
        return read_opening(whole, self._world)

    async def _approve(self, payment: Payment, press: Press) -> None:
        by_account = payment.get("pay_method") == "vbank"
        if by_account is not press.by_account:
            chosen = "vbank" if press.by_account else "card"
            self._world.ledger.change(payment, lambda it: changes.choose_method(it, chosen))
        confirm_url = self._confirm_urls.get(payment.imp_uid)
        if press.amount is not None:
            self._world.ledger.change(payment, lambda it: it.own.update(amount=press.amount))
            # Who changes the amount in the page drops the question about it there too.
            confirm_url = None
        verdict = await ask_to_go_on(self._world, payment, confirm_url)
        conclude(self._world, payment, verdict)
        if payment.get("receipt_url") is not None:
            self._world.ledger.change(
                payment, lambda it: it.own.update(receipt_url=press.receipt_url)
            )
        if verdict.approved and not press.is_silent:
            await self._world.announce(payment)

    def _paid_for_another_order(self, payment: Payment) -> Payment | None:
        """The latest payment that could be shown again for this order."""
        paid = self._world.ledger.latest("paid")
        return next((it for it in paid if it.merchant_uid != payment.merchant_uid), None)


def _told(payment: Payment, error: tuple[str, str] | None = None) -> JsonObject:
    """Make the callback's argument; a payment that failed says why."""
    if payment.status == "failed":
        error = ("F500", str(payment.get("fail_reason")))
    code, message = error or (None, None)
    return {
        **{name: payment.get(name) for name in _TOLD},
        "paid_amount": payment.get("amount"),
        "success": error is None,
        "imp_success": error is None,
        "error_code": code,
        "error_msg": message,
    }


def _amount(payment: Payment) -> str:
    amount: Number = payment.get("amount")
    currency = payment.get("currency")
    return f"₩{amount:,}" if currency == "KRW" else f"{amount:,} {currency}"
