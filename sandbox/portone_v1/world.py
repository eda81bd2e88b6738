"""Everything that one sandbox holds, and the webhooks that follow from a change."""

from contextlib import suppress
from functools import partial
from typing import Any, Final

from sandbox.machinery.control_fields import IllegalChange, found
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.outbox import as_form, as_json
from sandbox.machinery.sending_stage import SendingStage
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.ledger import Ledger
from sandbox.portone_v1.opening import NewPayment
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.settings import Settings
from sandbox.portone_v1.tokens import TOKEN_PATH, TokenDesk
from sandbox.portone_v1.voice import VOICE

# What a query may hold that nobody is to read.
_SECRETS: Final = ("_token", "imp_key", "imp_secret", "access_token")


class World(SendingStage[Settings]):
    """The vendor's side of things, in memory."""

    def __init__(self, *, api_key: str, api_secret: str, allow_remote: bool) -> None:
        """Start empty, at the real time."""
        super().__init__(
            "sandbox-portone-v1",
            VOICE,
            Settings(),
            allow_remote=allow_remote,
            doors=[TOKEN_PATH],
            hidden=_SECRETS,
        )
        self.ledger = Ledger()
        self.desk = TokenDesk(self.clock, api_key=api_key, api_secret=api_secret)
        # A URL that the checkout named for one payment; the console's then gets nothing.
        self.notice_urls: dict[str, str] = {}

    def open(self, new: NewPayment, notice_url: str | None) -> Payment:
        """Open a payment, whose webhooks go to `notice_url` if there is one."""
        payment = self.ledger.open(new, self.clock.now())
        if notice_url is not None:
            self.notice_urls[payment.imp_uid] = notice_url
        return payment

    def payment(self, imp_uid: str) -> Payment:
        """Find the payment that the control API names."""
        return found(self.ledger.get(imp_uid))

    def stir(self, count: int) -> None:
        for payment in self.ledger.some(count, self.faults.chance()):
            with suppress(IllegalChange):
                self.ledger.change(payment, partial(_news, self.clock.now(), self.ledger))

    def webhook_url_of(self, payment: Payment) -> str | None:
        """Tell where its webhooks go."""
        return self.notice_urls.get(payment.imp_uid) or self.settings.webhook_url

    async def announce(self, payment: Payment) -> None:
        """Send the webhook of a change, if the settings say so."""
        url = self.webhook_url_of(payment)
        write = as_form if self.settings.webhook_form else as_json
        payload = webhook_of(payment)
        await self.outbox.announce(url, lambda: write(payload), self.settings.webhook_mode)

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await super().reset()
        self.ledger.clear()
        self.desk.reset()
        self.notice_urls.clear()


def _news(now: int, ledger: Ledger, payment: Payment) -> None:
    if payment.status in changes.CLOSED:
        new_id = ledger.next_cancellation_id
        changes.cancel(payment, now, amount=1, reason=words.CHANGED_MIND, new_id=new_id)
    elif payment.awaits_deposit:
        changes.deposit(payment, now, late=True)
    else:
        changes.pay(payment, now)


def webhook_of(payment: Payment) -> JsonObject:
    """Make the unsigned body that the vendor sends about a payment."""
    payload = {name: payment.get(name) for name in ("imp_uid", "merchant_uid", "status")}
    history = payment.get("cancel_history")
    if payment.status == "cancelled" and isinstance(history, list) and history:
        payload["cancellation_id"] = _cancellation_id(history[-1])
    return payload


def _cancellation_id(entry: Any) -> Any:
    # An override may have put anything into the history.
    return entry.get("cancellation_id") if isinstance(entry, dict) else None
