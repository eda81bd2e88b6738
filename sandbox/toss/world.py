"""Everything that one sandbox holds, and the webhooks that follow from a change."""

from contextlib import suppress

from sandbox.machinery.control_fields import IllegalChange, found
from sandbox.machinery.exact_json import Number, number_from
from sandbox.machinery.sending_stage import SendingStage
from sandbox.toss import payment as changes
from sandbox.toss import words
from sandbox.toss.admission import Admission
from sandbox.toss.idempotency import IdempotencyDesk
from sandbox.toss.ledger import Ledger
from sandbox.toss.payment import Change, Mark, Payment
from sandbox.toss.settings import Settings
from sandbox.toss.voice import VOICE
from sandbox.toss.webhooks import DEPOSIT, Courier, payload_of


class World(SendingStage[Settings]):
    """The vendor's side of things, in memory."""

    def __init__(self, *, live_key: str, test_key: str, allow_remote: bool) -> None:
        """Start empty, at the real time."""
        super().__init__("sandbox-toss", VOICE, Settings(), allow_remote=allow_remote)
        self.ledger = Ledger()
        self.admission = Admission(live_key=live_key, test_key=test_key)
        self.idempotency = IdempotencyDesk(self.clock)
        self.courier = Courier(self.outbox, self.clock)

    def payment(self, payment_key: str) -> Payment:
        """Find the payment that the control API names."""
        return found(self.ledger.get(payment_key, self.clock.now()))

    def mark(self) -> Mark:
        """Give the time and the key of a transaction that is about to happen."""
        return Mark(self.clock.now(), self.ledger.next_transaction_key())

    def change(self, payment: Payment, change: Change) -> None:
        """Change a payment, and write its row down if money moved.

        Raises IllegalChange, which leaves everything as it was.
        """
        before = payment.get("lastTransactionKey")
        change(payment)
        if payment.get("lastTransactionKey") != before:
            self.ledger.write_down(payment, _moved(payment), self.clock.now())

    def stir(self, count: int) -> None:
        for payment in self.ledger.some(count, self.faults.chance()):
            with suppress(IllegalChange):
                self.change(payment, lambda it: _news(it, self.mark()))

    async def announce(self, payment: Payment) -> None:
        """Send the webhooks of a change, if the settings say so: both, if both are registered."""
        url, mode = self.settings.webhook_url, self.settings.webhook_mode
        if url is None or mode == "off" or payment.is_silent:
            return
        for event in self.settings.webhook_events:
            if event == DEPOSIT and not payment.had_deposit:
                continue
            payload = payload_of(event, payment, self.clock.now())
            work = self.courier.send(self.courier.address(url, payload))
            if mode == "first":
                await work
            else:
                self.outbox.later(work)

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await super().reset()
        self.courier.reset()
        self.ledger.clear()
        self.idempotency.reset()


def _news(payment: Payment, mark: Mark) -> None:
    if payment.status in words.TOOK_MONEY:
        changes.cancel(payment, mark, amount=1, reason=words.CHANGED_MIND)
    elif payment.status == "WAITING_FOR_DEPOSIT":
        changes.deposit(payment, mark, late=True)
    else:
        changes.authenticate(payment, mark.now)
        changes.approve(payment, mark)


def _moved(payment: Payment) -> Number:
    """How much the latest transaction was about."""
    cancels = payment.get("cancels")
    latest = cancels[-1] if isinstance(cancels, list) and cancels else {}
    is_cancel = latest.get("transactionKey") == payment.get("lastTransactionKey")
    return number_from(latest["cancelAmount"] if is_cancel else payment.get("totalAmount")) or 0
