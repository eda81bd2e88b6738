"""Everybody who makes payproof look at a payment, and what their answers promise."""

import asyncio
from random import Random

from tests.soak.book import SAYS_NOTHING, Book, Harm, Order, Payment
from tests.soak.line import Answer, Line

BROWSER = "browser"
REDIRECT = "redirect"
WEBHOOK = "webhook"
STRANGER = "webhook that lies"
TWICE = "webhook twice at once"
LATE = "webhook late"
LEAVES = "browser that leaves before its answer"
WAYS = (BROWSER, REDIRECT, WEBHOOK, STRANGER, TWICE, LATE, LEAVES)
RESENT = "webhook sent again by hand"

# How a webhook words each state.
_VENDOR_WORDS = {
    "opened": "ready",
    "awaitingDeposit": "ready",
    "failed": "failed",
    "paid": "paid",
    "partiallyCancelled": "cancelled",
    "cancelled": "cancelled",
}
_RESENT_AT_MOST = 100


class Knocks:
    """Knocks for payments, and writes down what is promised by that."""

    def __init__(self, line: Line, book: Book, rng: Random) -> None:
        self._line = line
        self._book = book
        self._rng = rng

    async def knock(self, order: Order, payment: Payment) -> None:
        """Some knocks in any order, some of them at once."""
        ways = self._rng.choices(WAYS, k=self._rng.randint(1, 3))
        if self._rng.random() < 0.5:
            await asyncio.gather(*(self._by(way, order, payment) for way in ways))
            return
        for way in ways:
            await self._by(way, order, payment)

    async def make_sure(self, order: Order, payment: Payment) -> None:
        """The webhook is sent again until somebody has accepted to look."""
        for _ in range(_RESENT_AT_MOST):
            if payment.promised >= payment.certain:
                return
            self._book.counts[RESENT] += 1
            await self.webhook(order, payment)
            await asyncio.sleep(self._rng.uniform(0.1, 1.5))

    async def webhook(self, order: Order, payment: Payment, *, claim: str | None = None) -> None:
        """As the gateway words it, or with a lie about the status."""
        place = payment.certain
        status = claim or _VENDOR_WORDS[payment.life[place].status]
        body = {"imp_uid": payment.imp_uid, "merchant_uid": order.order_id, "status": status}
        answer = await self._line.ask("webhook", "POST", "/webhooks/portone-v1", body=body)
        if answer is not None and answer.http_status == 200 and claim is None:
            payment.promise(place)

    async def browser(self, order: Order, payment: Payment, *, patience_s: float = 20.0) -> None:
        body = {"imp_uid": payment.imp_uid, "merchant_uid": order.order_id}
        if order.client_token is not None and self._rng.random() < 0.5:
            body["client_token"] = order.client_token
        was_registered, place = order.is_registered, payment.certain
        answer = await self._line.ask(
            "browser", "POST", "/payments/complete", patience_s=patience_s, body=body
        )
        if answer is not None:
            self._hear(order, payment, answer, was_registered=was_registered, place=place)

    def _hear(
        self, order: Order, payment: Payment, answer: Answer, *, was_registered: bool, place: int
    ) -> None:
        word = answer.word
        if word == "gatewayUnavailable":
            # It says so itself: the payment is looked at again.
            payment.promise(place)
        elif word in SAYS_NOTHING or (word == "orderNotFound" and not was_registered):
            pass
        elif (called := payment.last_called(word)) is not None:
            payment.promise(called)
        else:
            life = [truth.status for truth in payment.life]
            what = f"{order.order_id}: {payment.imp_uid} of {life} was answered {word!r}"
            self._book.complain(Harm.WRONG, what)
        if order.phone_digits in str(answer.body).replace("-", ""):
            self._book.complain(Harm.WRONG, f"{order.order_id}: an answer shows the phone")

    async def _redirect(self, order: Order, payment: Payment) -> None:
        path = f"/payments/redirect?imp_uid={payment.imp_uid}&merchant_uid={order.order_id}"
        answer = await self._line.ask("redirect", "GET", path + "&imp_success=true")
        # Both a paid payment and an issued account are shown with 200.
        good = {"paid", "awaitingDeposit"}
        if answer is not None and answer.http_status == 200:
            places = [n for n, truth in enumerate(payment.life) if truth.status in good]
            if not places or payment.is_forged:
                self._book.complain(Harm.WRONG, f"{payment.imp_uid} was shown as good")

    async def _by(self, way: str, order: Order, payment: Payment) -> None:
        self._book.counts[way] += 1
        if way == BROWSER:
            await self.browser(order, payment)
        elif way == LEAVES:
            await self.browser(order, payment, patience_s=self._rng.uniform(0.002, 0.05))
        elif way == REDIRECT:
            await self._redirect(order, payment)
        elif way == WEBHOOK:
            await self.webhook(order, payment)
        elif way == TWICE:
            await asyncio.gather(*(self.webhook(order, payment) for _ in range(2)))
        elif way == LATE:
            await asyncio.sleep(self._rng.uniform(0.5, 3.0))
            await self.webhook(order, payment)
        else:
            await self._strange(order, payment)

    async def _strange(self, order: Order, payment: Payment) -> None:
        """Somebody who need not be the gateway claims what need not be so."""
        claims = ("paid", "cancelled", "failed", "ready")
        await self.webhook(order, payment, claim=self._rng.choice(claims))
