"""Plays the vendor at its payment window, where a buyer only agrees: the shop approves after it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sandbox.machinery.checkout.cashier import Press, Unpayable
from sandbox.machinery.checkout.pages import Sale, Waiting
from sandbox.machinery.checkout.way_back import WayBack, with_query
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.toss import payment as changes
from sandbox.toss import words
from sandbox.toss.payment import Payment
from sandbox.toss.world import World

_METHODS: Final = {"CARD": "card", "VIRTUAL_ACCOUNT": words.VIRTUAL_ACCOUNT}


class TossCashier:
    """A `Cashier` over one world."""

    script = Path(__file__).parent / "standard.js"

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self.allow_remote = world.allow_remote

    async def open(self, params: JsonObject, way_back: WayBack) -> str:
        fields = Fields(params, frozenset(params))
        try:
            amount = Fields(fields.mapping("amount"), frozenset({"currency", "value"}))
            value = amount.required_amount("value")
            method = fields.word("method", frozenset(_METHODS)) or "CARD"
            own: JsonObject = {
                "orderId": fields.required_text("orderId", limit=64),
                "orderName": fields.required_text("orderName", limit=100),
                "totalAmount": value,
                "balanceAmount": value,
                "currency": amount.text("currency", limit=10) or "KRW",
            }
            is_live = not fields.required_text("clientKey").startswith("test_")
        except ControlError as error:
            raise Unpayable("INVALID_REQUEST", error.message) from None
        now = self._world.clock.now()
        known = self._world.ledger.of_order(own["orderId"], now, is_live=is_live)
        if known is not None and known.status in words.TOOK_MONEY:
            raise Unpayable("DUPLICATED_ORDER_ID", words.ORDER_ALREADY_PAID)
        return self._world.ledger.add(own, method=_METHODS[method], is_live=is_live, now=now).key

    def sale(self, payment_id: str) -> Sale:
        payment = self._world.payment(payment_id)
        return Sale(
            order_id=str(payment.get("orderId")),
            name=str(payment.get("orderName")),
            amount=_amount(payment),
            by_account=payment.method == words.VIRTUAL_ACCOUNT,
            other_payment=self._paid_for_another_order(payment) is not None,
            paid_at_once=False,
        )

    async def end(self, payment_id: str, press: Press) -> JsonObject:
        payment = self._world.payment(payment_id)
        order_id, now = payment.get("orderId"), self._world.clock.now()
        if press.way == "close":
            return _failed(order_id, "PAY_PROCESS_CANCELED", words.CLOSED_BY_BUYER)
        if press.way == "fail":
            self._world.change(payment, lambda it: changes.abort(it, now))
            await self._world.announce(payment)
            failure = payment.get("failure")
            return _failed(order_id, failure["code"], failure["message"])
        if press.way == "otherPayment":
            other = self._paid_for_another_order(payment)
            if other is None:
                raise ControlError(409, "no other order has been paid")
            return _agreed(other) | {"orderId": order_id}
        if press.way == "loseBoth":
            raise ControlError(409, "no money moves before the shop approves")
        if press.amount is not None:
            payment.own |= {"totalAmount": press.amount, "balanceAmount": press.amount}
        payment.method = words.VIRTUAL_ACCOUNT if press.by_account else "card"
        payment.receipt_url, payment.is_silent = press.receipt_url, press.is_silent
        self._world.change(payment, lambda it: changes.authenticate(it, now))
        return _agreed(payment)

    def refuse(self, params: JsonObject, refusal: Unpayable) -> JsonObject:
        order_id = params.get("orderId")
        shown = order_id if isinstance(order_id, str) else None
        return _failed(shown, refusal.code, refusal.message)

    def lead_back(self, redirects: WayBack, result: JsonObject) -> str:
        url = redirects.redirect_failed if "code" in result else redirects.redirect
        return with_query(url or "", result)

    def paid_at(self, payment_id: str) -> int | None:
        approved_at = self._world.payment(payment_id).get("approvedAt")
        return None if approved_at is None else _seconds(approved_at)

    def waiting(self) -> Sequence[Waiting]:
        now = self._world.clock.now()
        return [
            Waiting(
                payment_id=payment.key,
                bank=str(payment.own["virtualAccount"]["bankCode"]),
                number=str(payment.own["virtualAccount"]["accountNumber"]),
                name=str(payment.get("orderName")),
                amount=_amount(payment),
                due_at=_seconds(payment.own["virtualAccount"]["dueDate"]),
            )
            for payment in self._world.ledger.latest("WAITING_FOR_DEPOSIT", now)
        ]

    async def deposit(self, payment_id: str) -> None:
        payment = self._world.payment(payment_id)
        mark = self._world.mark()
        self._world.change(payment, lambda it: changes.deposit(it, mark))
        await self._world.announce(payment)

    def _paid_for_another_order(self, payment: Payment) -> Payment | None:
        """The latest payment that could be shown again for this order."""
        paid = self._world.ledger.latest("DONE", self._world.clock.now())
        order_id = payment.get("orderId")
        return next((it for it in paid if it.get("orderId") != order_id), None)


def _agreed(payment: Payment) -> JsonObject:
    return {
        "paymentType": "NORMAL",
        "orderId": payment.get("orderId"),
        "paymentKey": payment.key,
        "amount": payment.get("totalAmount"),
    }


def _failed(order_id: str | None, code: str, message: str) -> JsonObject:
    return {"code": code, "message": message, "orderId": order_id}


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _amount(payment: Payment) -> str:
    amount, currency = payment.get("totalAmount"), payment.get("currency")
    return f"₩{amount:,}" if currency == "KRW" else f"{amount:,} {currency}"
