"""The control API's verbs on payments: the buyer, the bank, and the person at the console."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields, read_json
from sandbox.machinery.front import CONTROL
from sandbox.toss import payment as changes
from sandbox.toss import words
from sandbox.toss.payment import DEPOSIT_WITHIN_S, Change, Payment
from sandbox.toss.world import World

BULK_LIMIT: Final = 10_000
PAYMENTS_PATH: Final = f"{CONTROL}/payments"
_STATUSES: Final = frozenset({"READY", "IN_PROGRESS", "WAITING_FOR_DEPOSIT", "DONE"})
_METHODS: Final = frozenset(words.METHODS)
_WITH_DISCOUNT: Final = frozenset({words.CARD, words.EASY_PAY})
_CODES: Final = frozenset(words.SAYINGS)
_KNOWN: Final = (
    "amount",
    "currency",
    "discount",
    "due_in_s",
    "method",
    "omit",
    "order_id",
    "overrides",
    "rejects_with",
    "status",
    "test",
)


class ControlPayments:
    """Changes payments as the outside world would."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        path = f"{PAYMENTS_PATH}/{{paymentKey}}"
        return [
            web.post(PAYMENTS_PATH, self.create),
            web.post(f"{PAYMENTS_PATH}/bulk", self.create_many),
            web.get(path, self.show),
            web.get(f"{path}/transactions", self.transactions),
            web.post(f"{path}/authenticate", self.authenticate),
            web.post(f"{path}/reject", self.reject),
            web.post(f"{path}/settle", self.settle),
            web.post(f"{path}/deposit", self.deposit),
            web.post(f"{path}/take_back", self.take_back),
            web.post(f"{path}/abort", self.abort),
            web.post(f"{path}/cancel", self.cancel),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Open a payment in any state."""
        payment = self._open(await read_json(request))
        if payment.status in {"WAITING_FOR_DEPOSIT", "DONE"}:
            await self._world.announce(payment)
        return json_answer(payment.shown(), 201)

    async def create_many(self, request: web.Request) -> web.Response:
        """Open many payments at once, without a webhook for any of them."""
        fields = Fields.within(await read_json(request), "payments")
        opened = [self._open(item) for item in fields.items("payments", limit=BULK_LIMIT)]
        return json_answer({"payment_keys": [payment.key for payment in opened]}, 201)

    async def show(self, request: web.Request) -> web.Response:
        """Show a payment, of either world."""
        return json_answer(self._named(request).shown())

    async def transactions(self, request: web.Request) -> web.Response:
        """Show the rows of a payment, oldest first."""
        rows = self._world.ledger.rows_of(self._named(request))
        return json_answer({"transactions": rows})

    async def authenticate(self, request: web.Request) -> web.Response:
        """The buyer agrees; the shop has ten minutes to approve."""
        await Fields.of(request)
        now = self._world.clock.now()
        return await self._change(request, lambda it: changes.authenticate(it, now), tell=False)

    async def reject(self, request: web.Request) -> web.Response:
        """The card company will say no when the shop approves."""
        code = (await Fields.of(request, "code")).word("code", _CODES)
        payment = self._named(request)
        payment.rejects_with = code or "REJECT_CARD_PAYMENT"
        return json_answer(payment.shown())

    async def settle(self, request: web.Request) -> web.Response:
        """The buyer agrees and pays at once, as with methods that wait for no approval."""
        await Fields.of(request)
        return await self._change(request, self._settled)

    async def deposit(self, request: web.Request) -> web.Response:
        """The buyer's money reaches the virtual account."""
        late = (await Fields.of(request, "late")).flag("late", default=False)
        mark = self._world.mark()
        return await self._change(request, lambda it: changes.deposit(it, mark, late=late))

    async def take_back(self, request: web.Request) -> web.Response:
        """The bank takes the deposit back."""
        await Fields.of(request)
        mark = self._world.mark()
        return await self._change(request, lambda it: changes.take_back(it, mark))

    async def abort(self, request: web.Request) -> web.Response:
        """The buyer's means are refused."""
        code = (await Fields.of(request, "code")).word("code", _CODES) or "REJECT_CARD_PAYMENT"
        now = self._world.clock.now()
        return await self._change(request, lambda it: changes.abort(it, now, code))

    async def cancel(self, request: web.Request) -> web.Response:
        """Somebody cancels at the vendor's console."""
        fields = await Fields.of(request, "amount", "reason")
        amount = fields.amount("amount")
        reason = fields.text("reason", limit=words.LONGEST_TEXT) or words.CHANGED_MIND
        mark = self._world.mark()
        return await self._change(
            request, lambda it: changes.cancel(it, mark, amount=amount, reason=reason)
        )

    def _open(self, value: object) -> Payment:
        fields = Fields.within(value, *_KNOWN)
        amount = fields.required_amount("amount")
        method = fields.word("method", _METHODS) or words.CARD
        status = fields.text("status", limit=40) or "READY"
        if status == "WAITING_FOR_DEPOSIT" and method != words.VIRTUAL_ACCOUNT:
            raise ControlError(400, "only a virtual account waits for a deposit")
        discount = fields.amount("discount") or 0
        if discount > amount or (discount and method not in _WITH_DISCOUNT):
            raise ControlError(400, "a discount is part of what is paid by card or easyPay")
        payment = self._world.ledger.add(
            {
                "orderId": fields.required_text("order_id", limit=64),
                "totalAmount": amount,
                "balanceAmount": amount,
                "currency": fields.text("currency", limit=10) or "KRW",
            },
            method=method,
            is_live=not fields.flag("test", default=False),
            now=self._world.clock.now(),
        )
        payment.discount = discount
        payment.rejects_with = fields.word("rejects_with", _CODES)
        payment.due_in_s = fields.due_in_s(DEPOSIT_WITHIN_S)
        self._bring_to(payment, status)
        payment.own |= fields.mapping("overrides")
        payment.omitted = fields.names("omit")
        return payment

    def _bring_to(self, payment: Payment, status: str) -> None:
        if status not in _STATUSES:
            payment.own["status"] = status
            return
        if status == "READY":
            return
        if status == "IN_PROGRESS":
            changes.authenticate(payment, self._world.clock.now())
            return
        self._world.change(payment, self._settled)
        if status == "DONE" and payment.status == "WAITING_FOR_DEPOSIT":
            mark = self._world.mark()
            self._world.change(payment, lambda it: changes.deposit(it, mark))

    def _settled(self, payment: Payment) -> None:
        mark = self._world.mark()
        if payment.status != "IN_PROGRESS":
            changes.authenticate(payment, mark.now)
        changes.approve(payment, mark)

    def _named(self, request: web.Request) -> Payment:
        return self._world.payment(request.match_info["paymentKey"])

    async def _change(
        self, request: web.Request, change: Change, *, tell: bool = True
    ) -> web.Response:
        payment = self._named(request)
        self._world.change(payment, change)
        if tell:
            await self._world.announce(payment)
        return json_answer(payment.shown())
