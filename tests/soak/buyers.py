"""What buyers, banks, consoles and the shop do with one sale: one function a story."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from random import Random

from sandbox.portone_v1 import SandboxControl
from tests.soak.book import Book, Harm, Order, Payment, RefundAsked
from tests.soak.knocks import Knocks
from tests.soak.line import BY_SHOP, Line

Story = Callable[["Buyer"], Awaitable[None]]
_TRIES = 200
FORGED_BY = 7
ABSENT = "paymentNotFound"


class Buyer:
    """Tells one story. Every id in it is new."""

    def __init__(
        self,
        *,
        prefix: str,
        numbers: "count[int]",
        line: Line,
        control: SandboxControl,
        book: Book,
        rng: Random,
    ) -> None:
        self._prefix = prefix
        self._numbers = numbers
        self._line = line
        self._control = control
        self._book = book
        self.rng = rng
        self.knocks = Knocks(line, book, rng)

    def sell(self) -> Order:
        """A sale that the shop has yet to register."""
        number = next(self._numbers)
        order = Order(
            order_id=f"{self._prefix}-{number}",
            amount=self.rng.randrange(1000, 100_000),
            phone=f"010-{2000 + number // 10_000:04d}-{number % 10_000:04d}",
        )
        self._book.orders[order.order_id] = order
        return order

    async def register(self, order: Order) -> None:
        """The shop asks until it is answered: the same sale again is no second one."""
        body = {
            "order_id": order.order_id,
            "amount": order.amount,
            "currency": "KRW",
            "name": "꽃다발",
            "customer": {"id": f"customer-of-{order.order_id}", "phone": order.phone},
        }
        for _ in range(_TRIES):
            answer = await self._line.ask("register", "POST", "/orders", headers=BY_SHOP, body=body)
            if answer is not None and answer.http_status in (200, 201):
                order.is_registered = True
                token = answer.body["client_token"]
                if order.client_token not in (None, token):
                    self._book.complain(Harm.DOUBLED, f"{order.order_id} has two tokens")
                order.client_token = token
                return
            if answer is not None and answer.http_status < 500:
                self._book.complain(Harm.WRONG, f"{order.order_id} is refused: {answer.word}")
                return
            await self.wait(0.1, 1.0)

    async def pay(self, order: Order, status: str, *, total: int | None = None) -> Payment:
        """Opens a payment at the gateway: `opened`, `awaitingDeposit` or `paid`."""
        number = int(order.order_id.rpartition("-")[2])
        payment = Payment(
            imp_uid=f"imp_{number * 10 + len(order.payments):012d}",
            total=order.amount if total is None else total,
            is_forged=total is not None,
        )
        payment.may_become(status)
        order.payments[payment.imp_uid] = payment
        shown = await self._control.create_payment(
            order.order_id,
            payment.total,
            imp_uid=payment.imp_uid,
            status="paid" if status == "paid" else "ready",
            pay_method="vbank" if status == "awaitingDeposit" else "card",
        )
        payment.account_number = shown["vbank_num"]
        payment.has_become()
        return payment

    async def change(self, payment: Payment, status: str, cancelled: int = 0) -> None:
        """Something happens to it at the gateway."""
        payment.may_become(status, cancelled)
        part = cancelled - payment.life[-2].cancelled
        change = {
            "paid": self._control.deposit if payment.account_number else self._control.pay,
            "failed": self._control.fail,
        }.get(status)
        if change is None:
            await self._control.cancel(payment.imp_uid, amount=part)
        else:
            await change(payment.imp_uid)
        payment.has_become()

    async def see(self, order: Order, payment: Payment) -> None:
        """Whoever knocks, knocks; in the end somebody has been told for certain."""
        await self.knocks.knock(order, payment)
        await self.knocks.make_sure(order, payment)

    async def confirm(self, order: Order, amount: int) -> None:
        """The gateway asks before it approves; a wrong amount must never go on."""
        body = {"imp_uid": "imp_1", "merchant_uid": order.order_id, "amount": amount}
        answer = await self._line.ask("confirm", "POST", "/confirm/portone-v1", body=body)
        if answer is None or answer.http_status >= 500:
            return
        if (answer.http_status == 200) != (amount == order.amount):
            self._book.complain(Harm.WRONG, f"{order.order_id}: {amount} was confirmed wrongly")

    async def ask_refund(self, order: Order, payment: Payment, amount: int) -> bool:
        """The shop asks under one key until it is answered, and once or twice more.

        False if it never was: then nobody knows what the payment has left to give back.
        """
        asked = RefundAsked(
            idempotency_key=f"return-{len(order.refunds)}", imp_uid=payment.imp_uid, amount=amount
        )
        order.refunds.append(asked)
        if len(order.refunds) > 1:
            # They take turns in any order: this one may be given back before the one before it.
            payment.may_become("partiallyCancelled", amount)
        given = sum(each.amount for each in order.refunds)
        payment.may_become("cancelled" if given == payment.total else "partiallyCancelled", given)
        path = f"/orders/{order.order_id}/refunds"
        headers = {**BY_SHOP, "Idempotency-Key": asked.idempotency_key}
        body = {"payment_id": payment.imp_uid, "amount": amount, "reason": "단순 변심"}
        again = self.rng.randrange(3)
        for _ in range(_TRIES):
            answer = await self._line.ask("refund", "POST", path, headers=headers, body=body)
            if answer is not None and "refund_id" in (answer.body or {}):
                refund_id = answer.body["refund_id"]
                if asked.refund_id not in (None, refund_id):
                    self._book.complain(Harm.DOUBLED, f"{order.order_id}: one key, two refunds")
                asked.refund_id = refund_id
                again -= 1
            # A look at the payment was promised, and may still be on its way.
            elif answer is not None and answer.http_status < 500 and answer.word != ABSENT:
                what = f"{order.order_id}: a refund is refused: {answer.word}"
                self._book.complain(Harm.WRONG, what)
                return False
            if again < 0:
                return True
            await self.wait(0.1, 1.0)
        return asked.refund_id is not None

    async def wait(self, low_s: float, high_s: float) -> None:
        await asyncio.sleep(self.rng.uniform(low_s, high_s))


async def card(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    if buyer.rng.random() < 0.3:
        await buyer.confirm(order, order.amount)
        await buyer.confirm(order, order.amount + 1)
    await buyer.see(order, await buyer.pay(order, "paid"))


async def webhook_before_the_order(buyer: Buyer) -> None:
    """Nobody but that webhook ever tells of the payment."""
    order = buyer.sell()
    payment = await buyer.pay(order, "paid")
    await buyer.knocks.make_sure(order, payment)
    await buyer.wait(0.0, 2.0)
    await buyer.register(order)


async def told_by_nobody(buyer: Buyer) -> None:
    """No webhook, or one, whatever becomes of it: only the sweep can tell."""
    order = buyer.sell()
    await buyer.register(order)
    payment = await buyer.pay(order, "paid")
    if buyer.rng.random() < 0.3:
        await buyer.knocks.webhook(order, payment)


async def account_paid(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    payment = await buyer.pay(order, "awaitingDeposit")
    await buyer.see(order, payment)
    await buyer.wait(0.0, 4.0)
    await buyer.change(payment, "paid")
    await buyer.see(order, payment)


async def account_never_paid(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    await buyer.see(order, await buyer.pay(order, "awaitingDeposit"))


async def another_amount(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    await buyer.see(order, await buyer.pay(order, "paid", total=order.amount - FORGED_BY))


async def payment_shown_again(buyer: Buyer) -> None:
    """An honest payment is shown for a second order."""
    first, second = buyer.sell(), buyer.sell()
    await buyer.register(first)
    await buyer.register(second)
    paid = await buyer.pay(first, "paid")
    replayed = Payment(imp_uid=paid.imp_uid, total=paid.total, is_forged=True, is_ours=False)
    replayed.may_become("paid")
    replayed.has_become()
    second.payments[paid.imp_uid] = replayed
    await asyncio.gather(buyer.see(first, paid), buyer.see(second, replayed))


async def paid_twice(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    payments = [await buyer.pay(order, "paid"), await buyer.pay(order, "paid")]
    await asyncio.gather(*(buyer.see(order, payment) for payment in payments))


async def fails_first(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    payment = await buyer.pay(order, "opened")
    await buyer.knocks.knock(order, payment)
    await buyer.change(payment, "failed")
    await buyer.see(order, payment)
    await buyer.change(payment, "paid")
    await buyer.see(order, payment)


async def abandoned(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    await buyer.see(order, await buyer.pay(order, "opened"))


async def refunded_at_the_console(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    payment = await buyer.pay(order, "paid")
    await buyer.see(order, payment)
    part = buyer.rng.randrange(1, order.amount)
    await buyer.change(payment, "partiallyCancelled", part)
    if buyer.rng.random() < 0.5:
        await buyer.see(order, payment)
    if buyer.rng.random() < 0.5:
        await buyer.change(payment, "cancelled", order.amount)
    await buyer.see(order, payment)


async def refunded_by_the_shop(buyer: Buyer) -> None:
    order = buyer.sell()
    await buyer.register(order)
    payment = await buyer.pay(order, "paid")
    await buyer.see(order, payment)
    part = buyer.rng.randrange(1, order.amount)
    is_answered = await buyer.ask_refund(order, payment, part)
    if is_answered and buyer.rng.random() < 0.5:
        await buyer.ask_refund(order, payment, order.amount - part)


STORIES: dict[str, tuple[Story, int]] = {
    # the story, and how often it is told among all
    "card": (card, 5),
    "webhook before the order": (webhook_before_the_order, 2),
    "told by nobody, or once": (told_by_nobody, 1),
    "account, deposited": (account_paid, 3),
    "account, never paid": (account_never_paid, 1),
    "another amount is paid": (another_amount, 1),
    "payment shown for a second order": (payment_shown_again, 1),
    "paid twice": (paid_twice, 1),
    "fails first, paid later": (fails_first, 1),
    "opened and abandoned": (abandoned, 1),
    "refunded at the console": (refunded_at_the_console, 2),
    "refunded by the shop": (refunded_by_the_shop, 2),
}
