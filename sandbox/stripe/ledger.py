"""All that the account holds: payments, refunds, and what was told of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any, Final

from sandbox.machinery.control_fields import IllegalChange
from sandbox.stripe.events import Event, about
from sandbox.stripe.intent import Intent, Refund
from sandbox.stripe.shelf import Shelf

SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIntent:
    """What is to be opened; the README has the fields' meaning."""

    amount: int
    currency: str = "krw"
    metadata: dict[str, str] = field(default_factory=dict)
    method: str = "card"
    capture_method: str = "automatic"
    livemode: bool = True
    on_behalf_of: str | None = None
    description: str | None = None
    intent_id: str | None = None
    overrides: dict[str, Any] = field(default_factory=dict)
    charge_overrides: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """Keeps everything in memory, in the order it was made."""

    def __init__(self) -> None:
        """Start empty."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.intents: Shelf[Intent] = Shelf()
        self.refunds: Shelf[Refund] = Shelf()
        self.events: Shelf[Event] = Shelf()

    def open(self, new: NewIntent, now: int) -> Intent:
        """Open a payment; raises IllegalChange when its id is taken."""
        intent_id = new.intent_id or f"pi_{len(self.intents) + 1:024d}"
        if intent_id in self.intents:
            raise IllegalChange(f"{intent_id} exists already")
        intent = Intent(
            intent_id=intent_id,
            amount=new.amount,
            currency=new.currency,
            created=now,
            metadata=new.metadata,
            method=new.method,
            capture_method=new.capture_method,
            livemode=new.livemode,
            on_behalf_of=new.on_behalf_of,
            description=new.description,
            overrides=new.overrides,
            charge_overrides=new.charge_overrides,
        )
        self.intents.add(intent_id, now, intent)
        return intent

    def give_back(
        self, intent: Intent, amount: int | None, now: int, status: str, metadata: dict[str, str]
    ) -> Refund:
        """Make a refund, of all that remains where no amount is told; raises VendorError."""
        refund = Refund(
            refund_id=f"re_{len(self.refunds) + 1:024d}",
            intent=intent,
            amount=intent.remaining if amount is None else amount,
            created=now,
            status=status,
            metadata=metadata,
        )
        intent.give_back(refund)
        self.refunds.add(refund.refund_id, now, refund)
        return refund

    def tell(
        self, kinds: Sequence[str], intent: Intent, now: int, refund: Refund | None = None
    ) -> list[Event]:
        """Write down what happened to a payment."""
        told = [
            Event(
                event_id=f"evt_{len(self.events) + 1 + place:024d}",
                kind=kind,
                created=now,
                about=about(kind, intent, refund),
                livemode=intent.livemode,
            )
            for place, kind in enumerate(kinds)
        ]
        for event in told:
            self.events.add(event.event_id, now, event)
        return told

    def latest(self, status: str) -> Sequence[Intent]:
        """Give the payments of a status, the latest first, and no more than a person looks at."""
        newest_first = reversed(self.intents.all())
        return list(islice((it for it in newest_first if it.status == status), SHOWN))

    def some(self, count: int, chance: Random) -> Sequence[Intent]:
        """Give so many payments picked by chance, or all if there are fewer."""
        return chance.sample(self.intents.all(), min(count, len(self.intents)))
