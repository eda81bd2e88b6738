"""Plays the vendor at its payment window: opens payments, and ends them as a button says."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sandbox.machinery.checkout.cashier import Press, Unpayable
from sandbox.machinery.checkout.pages import Sale, Waiting
from sandbox.machinery.checkout.way_back import WayBack, with_query
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject, dumps
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2 import words
from sandbox.portone_v2.approval import ask_to_go_on, conclude
from sandbox.portone_v2.opening import NewPayment
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.world import World

_METHODS: Final = {"CARD": "card", "VIRTUAL_ACCOUNT": "virtual_account"}
_LARGEST: Final = 2**63 - 1


class PortOneV2Cashier:
    """A `Cashier` over one world."""

    script = Path(__file__).parent / "browser-sdk.js"

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self.allow_remote = world.allow_remote
        # The URL that a page named, to be asked just before the approval.
        self._confirm_urls: dict[str, str | None] = {}

    async def open(self, params: JsonObject, way_back: WayBack) -> str:
        try:
            fields = Fields(params, frozenset(params))
            new = _read(fields)
            confirm_url = fields.url("confirmUrl", allow_remote=self.allow_remote)
            self._world.compare_with_registered(new)
            payment = self._world.open(new, _first_url(fields, allow_remote=self.allow_remote))
        except ControlError as error:
            raise Unpayable("INVALID_REQUEST", error.message) from None
        self._confirm_urls[payment.payment_id] = confirm_url
        await self._world.announce(payment)
        return payment.payment_id

    def sale(self, payment_id: str) -> Sale:
        payment = self._world.payment(payment_id)
        return Sale(
            order_id=payment.payment_id,
            name=str(payment.own.get("orderName")),
            amount=_amount(payment),
            by_account=payment.is_account,
            other_payment=self._other_paid(payment) is not None,
        )

    async def end(self, payment_id: str, press: Press) -> JsonObject:
        payment = self._world.payment(payment_id)
        if press.way == "close":
            return _told(payment, error=("PAY_PROCESS_CANCELED", words.CLOSED_BY_BUYER))
        if press.way == "otherPayment":
            other = self._other_paid(payment)
            if other is None:
                raise ControlError(409, "no other order has been paid")
            return _told(other)
        if press.way == "fail":
            now = self._world.clock.now()
            self._world.ledger.change(payment, lambda it: changes.fail(it, now))
            await self._world.announce(payment)
        else:
            await self._approve(payment, press)
        return _told(payment)

    def refuse(self, params: JsonObject, refusal: Unpayable) -> JsonObject:
        payment_id = params.get("paymentId")
        shown = payment_id if isinstance(payment_id, str) else None
        return {"paymentId": shown, "code": refusal.code, "message": refusal.message}

    def lead_back(self, redirects: WayBack, result: JsonObject) -> str:
        return with_query(redirects.redirect or "", result)

    def paid_at(self, payment_id: str) -> int | None:
        payment = self._world.payment(payment_id)
        return _seconds(payment.own["paidAt"]) if payment.status in changes.CLOSED else None

    def waiting(self) -> Sequence[Waiting]:
        return [
            Waiting(
                payment_id=payment.payment_id,
                bank=str(payment.own["method"].get("bank")),
                number=str(payment.own["method"].get("accountNumber")),
                name=str(payment.own.get("orderName")),
                amount=_amount(payment),
                due_at=_seconds(payment.own["method"]["expiredAt"]),
            )
            for payment in self._world.ledger.latest(words.ISSUED)
        ]

    async def deposit(self, payment_id: str) -> None:
        payment = self._world.payment(payment_id)
        now = self._world.clock.now()
        self._world.ledger.change(payment, lambda it: changes.deposit(it, now))
        await self._world.announce(payment)

    async def _approve(self, payment: Payment, press: Press) -> None:
        if payment.is_account is not press.by_account:
            chosen = "virtual_account" if press.by_account else "card"
            self._world.ledger.change(payment, lambda it: changes.choose_method(it, chosen))
        confirm_url = self._confirm_urls.get(payment.payment_id)
        if press.amount is not None:
            amount = {**payment.own["amount"], "total": press.amount, "supply": press.amount}
            self._world.ledger.change(payment, lambda it: it.own.update(amount=amount))
            # Who changes the amount in the page drops the question about it there too.
            confirm_url = None
        version = self._world.settings.webhook_version
        verdict = await ask_to_go_on(self._world, payment, confirm_url, version=version)
        conclude(self._world, payment, verdict)
        if "receiptUrl" in payment.own:
            self._world.ledger.change(
                payment, lambda it: it.own.update(receiptUrl=press.receipt_url)
            )
        if not press.is_silent:
            await self._world.announce(payment)

    def _other_paid(self, payment: Payment) -> Payment | None:
        """The latest payment that could be shown again for this order."""
        paid = self._world.ledger.latest(words.PAID)
        return next((it for it in paid if it is not payment), None)


def _read(fields: Fields) -> NewPayment:
    """Read the payment that the page asks for; what the vendor would ignore is ignored."""
    shown: JsonObject = {}
    if (name := fields.text("orderName")) is not None:
        shown["orderName"] = name
    if customer := fields.mapping("customer"):
        shown["customer"] = {"name": customer.get("fullName")}
    custom_data = fields.mapping("customData")
    method = fields.word("payMethod", frozenset(_METHODS)) or "CARD"
    return NewPayment(
        payment_id=fields.required_text("paymentId", limit=200),
        amount=fields.whole("totalAmount", 0, low=1, high=_LARGEST),
        # The script's word for a currency has more to it than the API's.
        currency=(fields.text("currency", limit=20) or "KRW").removeprefix("CURRENCY_"),
        method=_METHODS[method],
        issue=False,
        custom_data=dumps(custom_data).decode() if custom_data else None,
        overrides=shown,
    )


def _first_url(fields: Fields, *, allow_remote: bool) -> str | None:
    urls = fields.items("noticeUrls", limit=10)
    first = Fields({"noticeUrls": urls[0]} if urls else {}, frozenset({"noticeUrls"}))
    return first.url("noticeUrls", allow_remote=allow_remote)


def _told(payment: Payment, error: tuple[str, str] | None = None) -> JsonObject:
    """Make what the script's promise gives; a payment that failed says why."""
    if payment.status == words.FAILED:
        error = ("FAILURE_TYPE_PG", str(payment.own["failure"]["reason"]))
    told: JsonObject = {
        "transactionType": "PAYMENT",
        "txId": payment.transaction_id,
        "paymentId": payment.payment_id,
    }
    return told if error is None else told | {"code": error[0], "message": error[1]}


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _amount(payment: Payment) -> str:
    amount, currency = payment.own["amount"]["total"], payment.own.get("currency")
    return f"₩{amount:,}" if currency == "KRW" else f"{amount:,} (minor units) {currency}"
