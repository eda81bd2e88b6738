"""Everything that one sandbox holds, and the webhooks that follow from a change."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count

from sandbox.machinery.control_fields import ControlError, IllegalChange, found
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.outbox import Message, Write
from sandbox.machinery.sending_stage import SendingStage
from sandbox.portone_v2 import notices, words
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2.access import Access
from sandbox.portone_v2.ledger import Ledger
from sandbox.portone_v2.opening import NewPayment
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.settings import Settings
from sandbox.portone_v2.signing import Seal
from sandbox.portone_v2.voice import VOICE


class World(SendingStage[Settings]):
    """The vendor's side of things, in memory."""

    def __init__(
        self, *, api_secret: str, store_id: str, webhook_secrets: Sequence[str], allow_remote: bool
    ) -> None:
        """Start empty, at the real time."""
        super().__init__(
            "sandbox-portone-v2",
            VOICE,
            Settings(webhook_secrets=list(webhook_secrets)),
            allow_remote=allow_remote,
            doors=["/login/api-secret", "/token/refresh"],
        )
        self.store_id = store_id
        self.ledger = Ledger(store_id)
        self.access = Access(self.clock, api_secret)
        # A URL that the checkout named for one payment; the console's then gets nothing.
        self.notice_urls: dict[str, str] = {}
        self._serials = count(1)

    def open(self, new: NewPayment, notice_url: str | None) -> Payment:
        """Open a payment, whose webhooks go to `notice_url` if there is one."""
        payment = self.ledger.open(new, self.clock.now())
        if notice_url is not None:
            self.notice_urls[payment.payment_id] = notice_url
        return payment

    def compare_with_registered(self, new: NewPayment) -> None:
        """Refuse the window, as the vendor does, when the shop announced something else."""
        registered = self.ledger.registered.get(new.payment_id or "")
        if registered is None:
            return
        if registered["amount"] not in (None, new.amount):
            raise ControlError(409, "the amount differs from the one the shop has registered")
        if registered["currency"] not in (None, new.currency):
            raise ControlError(409, "the currency differs from the one the shop has registered")

    def payment(self, payment_id: str) -> Payment:
        """Find the payment that the control API names."""
        return found(self.ledger.get(payment_id))

    def stir(self, count: int) -> None:
        for payment in self.ledger.some(count, self.faults.chance()):
            with suppress(IllegalChange):
                self.ledger.change(payment, partial(_news, self.clock.now(), self.ledger))

    def new_webhook_id(self) -> str:
        """Make an id for one webhook, the same on every try of it."""
        return f"msg_{next(self._serials):012d}"

    def sealed(self, webhook_id: str, write: Write) -> Message:
        """Sign a message with every secret of now, at this moment."""
        seal = Seal(
            webhook_id=webhook_id, secrets=self.settings.webhook_secrets, at=self.clock.now()
        )
        return seal.sign(write())

    def about(self, payment: Payment, lies: Mapping[str, str] | None = None) -> Message:
        """Write the unsigned webhook about a payment as the settings want it."""
        return notices.about(
            payment,
            version=self.settings.webhook_version,
            form=self.settings.webhook_form,
            now=self.clock.now(),
            lies=lies or {},
        )

    def webhook_url_of(self, payment: Payment) -> str | None:
        """Tell where its webhooks go."""
        return self.notice_urls.get(payment.payment_id) or self.settings.webhook_url

    async def announce(self, payment: Payment) -> None:
        """Send the webhook of a change, if the settings say so."""
        url = self.webhook_url_of(payment)
        if url is None or self.settings.webhook_mode == "off":
            return
        webhook_id = self.new_webhook_id()
        message = self.about(payment)
        self.note(payment, webhook_id, url)
        await self.outbox.announce(
            url, lambda: self.sealed(webhook_id, lambda: message), self.settings.webhook_mode
        )

    async def send_again(self, payment: Payment, webhook: JsonObject) -> None:
        """Send a webhook once more, under the id that it had."""
        message = self.about(payment)
        await self.outbox.deliver(
            webhook["url"], lambda: self.sealed(webhook["id"], lambda: message)
        )

    def note(self, payment: Payment, webhook_id: str, url: str) -> None:
        """Remember on the payment that a webhook was sent."""
        payment.webhooks.append({"id": webhook_id, "url": url, "paymentStatus": payment.status})

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await super().reset()
        self.ledger.clear()
        self.access.reset()
        self.notice_urls.clear()


def _news(now: int, ledger: Ledger, payment: Payment) -> None:
    if payment.status in changes.CLOSED:
        new_id = ledger.next_cancellation_id()
        reason = words.CHANGED_MIND
        changes.cancel(payment, now, amount=1, reason=reason, new_id=new_id, trigger="CONSOLE")
    elif payment.status == words.ISSUED:
        changes.deposit(payment, now, late=True)
    else:
        changes.pay(payment, now)
