"""Everything that one sandbox holds, and the webhooks that follow from a change."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from sandbox.machinery.calls import CallLog
from sandbox.machinery.clock import Clock
from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.faults import FaultPlan
from sandbox.machinery.outbox import Outbox, as_form, as_json
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.ledger import Ledger
from sandbox.portone_v1.opening import NewPayment
from sandbox.portone_v1.payment import IllegalChange, Payment
from sandbox.portone_v1.tokens import TOKEN_PATH, TokenDesk
from sandbox.portone_v1.voice import VOICE

# What a query may hold that nobody is to read.
_SECRETS: Final = ("_token", "imp_key", "imp_secret", "access_token")


@dataclass(slots=True)
class Settings:
    """What the vendor's console would hold."""

    webhook_url: str | None = None
    webhook_form: bool = False
    webhook_mode: str = "off"
    confirm_url: str | None = None
    confirm_timeout_s: float = 10.0

    def shown(self) -> dict[str, Any]:
        """Give all settings."""
        return asdict(self)


class World:
    """The vendor's side of things, in memory."""

    def __init__(self, *, api_key: str, api_secret: str, allow_remote: bool) -> None:
        """Start empty, at the real time."""
        self.allow_remote = allow_remote
        self.clock = Clock()
        self.ledger = Ledger()
        self.desk = TokenDesk(self.clock, api_key=api_key, api_secret=api_secret)
        self.faults = FaultPlan(doors=[TOKEN_PATH])
        self.calls = CallLog(hidden=_SECRETS)
        self.voice = VOICE
        self.outbox = Outbox("sandbox-portone-v1")
        self.settings = Settings()
        # A URL that the checkout named for one payment; the console's then gets nothing.
        self.notice_urls: dict[str, str] = {}

    def open(self, new: NewPayment, notice_url: str | None) -> Payment:
        """Open a payment, whose webhooks go to `notice_url` if there is one."""
        try:
            payment = self.ledger.open(new, self.clock.now())
        except IllegalChange as error:
            raise ControlError(409, str(error)) from None
        if notice_url is not None:
            self.notice_urls[payment.imp_uid] = notice_url
        return payment

    def payment(self, imp_uid: str) -> Payment:
        """Find the payment that the control API names."""
        payment = self.ledger.get(imp_uid)
        if payment is None:
            raise ControlError(404, "no such payment")
        return payment

    def change(self, payment: Payment, change: Callable[[Payment], object]) -> None:
        """Change a payment where it stands, and file it anew."""
        try:
            self.ledger.change(payment, change)
        except IllegalChange as error:
            raise ControlError(409, str(error)) from None

    def stir(self, count: int) -> None:
        """Give so many payments news, as buyers and the console do while pages are turned.

        What is not paid yet is paid, and of what is paid a little is given back. What cannot
        have news of that kind keeps still. Nobody is told.
        """
        for payment in self.ledger.some(count, self.faults.chance()):
            with suppress(IllegalChange):
                self.ledger.change(payment, partial(_news, self.clock.now(), self.ledger))

    async def announce(self, payment: Payment) -> None:
        """Send the webhook of a change, if the settings say so."""
        url = self.notice_urls.get(payment.imp_uid) or self.settings.webhook_url
        write = as_form if self.settings.webhook_form else as_json
        payload = webhook_of(payment)
        await self.outbox.announce(url, lambda: write(payload), self.settings.webhook_mode)

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await self.outbox.reset()
        self.clock.reset()
        self.ledger.clear()
        self.desk.reset()
        self.faults.reset()
        self.calls.reset()
        self.settings = Settings()
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
