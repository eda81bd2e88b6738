"""The vendor's webhooks: two kinds, unsigned, tried again until somebody answers 200."""

from dataclasses import dataclass
from typing import Final

from sandbox.machinery.clock import Clock
from sandbox.machinery.exact_json import JsonObject, dumps
from sandbox.machinery.outbox import Message, Outbox
from sandbox.toss.payment import Payment, iso

STATUS_CHANGED: Final = "PAYMENT_STATUS_CHANGED"
DEPOSIT: Final = "DEPOSIT_CALLBACK"
EVENTS: Final = frozenset({STATUS_CHANGED, DEPOSIT})
# After the first try that failed, and each one after it.
RETRY_AFTER_S: Final = tuple(60 * 4**n for n in range(7))
_MOST_PENDING: Final = 1000


@dataclass(slots=True, kw_only=True)
class Transmission:
    """One webhook on its way: its id stays the same on every try."""

    url: str
    payload: JsonObject
    transmission_id: str
    tried: int = 0
    due_at: int = 0


def payload_of(event: str, payment: Payment, now: int) -> JsonObject:
    """Make the body that the vendor sends about a payment as it stands."""
    created_at = iso(now)[:19] + ".000"
    if event == DEPOSIT:
        return {
            "createdAt": created_at,
            "secret": payment.get("secret"),
            "status": payment.status,
            "transactionKey": payment.get("lastTransactionKey"),
            "orderId": payment.get("orderId"),
        }
    return {"eventType": STATUS_CHANGED, "createdAt": created_at, "data": payment.shown()}


class Courier:
    """Sends transmissions, and keeps those that failed until they are due again."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        """Send through this outbox, by this clock."""
        self._outbox = outbox
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget what is still to be tried again."""
        self._pending: list[Transmission] = []
        self._last_id = 0

    def address(self, url: str, payload: JsonObject, named: str | None = None) -> Transmission:
        """Give a webhook its id."""
        self._last_id += 1
        transmission_id = named or f"whtrans_{self._last_id:022d}"
        return Transmission(url=url, payload=payload, transmission_id=transmission_id)

    async def send(self, transmission: Transmission) -> JsonObject:
        """Try once; whatever is not 200 is tried again later, seven times at most."""
        [result] = await self._outbox.deliver(transmission.url, lambda: self._write(transmission))
        is_over = transmission.tried >= len(RETRY_AFTER_S)
        if result.get("status_code") != 200 and not is_over:
            transmission.due_at = self._clock.now() + RETRY_AFTER_S[transmission.tried]
            transmission.tried += 1
            self._pending = [*self._pending, transmission][-_MOST_PENDING:]
        return result

    async def send_due(self) -> list[JsonObject]:
        """Try again whatever is due by now."""
        now = self._clock.now()
        due = [each for each in self._pending if each.due_at <= now]
        self._pending = [each for each in self._pending if each.due_at > now]
        return [await self.send(transmission) for transmission in due]

    def _write(self, transmission: Transmission) -> Message:
        return Message(
            payload=transmission.payload,
            body=dumps(transmission.payload),
            headers={
                "Content-Type": "application/json",
                "tosspayments-webhook-transmission-time": iso(self._clock.now()),
                "tosspayments-webhook-transmission-id": transmission.transmission_id,
                "tosspayments-webhook-transmission-retried-count": str(transmission.tried),
            },
        )
