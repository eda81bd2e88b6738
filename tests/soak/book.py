"""What really happened, order by order, for the checker to compare with what payproof says."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Result(StrEnum):
    """How an operation ended. After a timeout or a cut line nobody knows: it may have happened."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Harm(StrEnum):
    """In which of three ways a promise can be broken."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A broken promise."""

    harm: Harm
    what: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What the gateway says of a payment from some moment on, in the words of our answers."""

    status: str
    cancelled: int = 0


# What may be answered, and written into the history, for a payment that stands like that.
WORDS = {
    "opened": frozenset({"pending"}),
    "awaitingDeposit": frozenset({"vbankIssued"}),
    "failed": frozenset({"failed"}),
    "paid": frozenset({"success", "duplicatePayment"}),
    "partiallyCancelled": frozenset({"cancelled"}),
    "cancelled": frozenset({"cancelled"}),
}
# Answers that say nothing about the payment.
SAYS_NOTHING = frozenset({"tooManyRequests", "databaseUnavailable", "gatewayRefused"})


FOUND_BY_SWEEP = "payments that only the sweep can tell of"


@dataclass(slots=True, kw_only=True)
class Payment:
    """One payment that was shown for an order. `life` holds all it ever was, oldest first.

    Up to the place `certain` it has really been so: what comes after is about to happen, or may
    have happened. `promised` is the place which the record must have come to: somebody was told.
    """

    imp_uid: str
    total: int
    is_forged: bool = False
    # The gateway has it as this order's; false of another order's that was shown for it.
    is_ours: bool = True
    account_number: str | None = None
    life: list[Truth] = field(default_factory=list)
    certain: int = -1
    promised: int = -1
    # What the gateway has given back in the end.
    gave_back: int = 0

    def may_become(self, status: str, cancelled: int = 0) -> None:
        """To be said before it happens, so that nobody can see it sooner than it is known here."""
        self.life.append(Truth(status, cancelled))

    def has_become(self) -> None:
        """All that it might have become has happened."""
        self.certain = len(self.life) - 1

    def promise(self, place: int) -> None:
        self.promised = max(self.promised, place)

    def last_called(self, word: str) -> int | None:
        """The latest place in its life that is called so; None if it never was."""
        if self.is_forged:
            return self.certain if word == "forgery" else None
        places = [n for n, truth in enumerate(self.life) if word in WORDS[truth.status]]
        return places[-1] if places else None


@dataclass(slots=True, kw_only=True)
class RefundAsked:
    """A refund that the shop asked for. It has its id once that was answered: then it must be."""

    idempotency_key: str
    imp_uid: str
    amount: int
    refund_id: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """An event as the shop got it."""

    type: str
    imp_uid: str
    refunded: int
    amount: int


@dataclass(frozen=True, slots=True)
class Sms:
    """A message that the provider took."""

    to: str
    text: str


@dataclass(slots=True, kw_only=True)
class Order:
    """One sale and all that came of it."""

    order_id: str
    amount: int
    phone: str
    is_registered: bool = False
    client_token: str | None = None
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: list[RefundAsked] = field(default_factory=list)
    # By event id, in the order in which each came first.
    news: dict[str, News] = field(default_factory=dict)
    sms: list[Sms] = field(default_factory=list)
    # The reasons of which the operator was alerted, with the payment.
    alerts: set[tuple[str, str]] = field(default_factory=set)

    @property
    def phone_digits(self) -> str:
        """The phone without its dashes, as texts are searched for it."""
        return self.phone.replace("-", "")


class Book:
    """All orders of one leg, the operations counted, and what was seen to be wrong at once."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.operations: Counter[tuple[str, Result]] = Counter()
        # Every kind of fault and of traffic, by its name.
        self.counts: Counter[str] = Counter()
        self.complaints: list[Complaint] = []

    def complain(self, harm: Harm, what: str) -> None:
        self.complaints.append(Complaint(harm, what))

    def note(self, operation: str, result: Result) -> None:
        self.operations[operation, result] += 1

    @property
    def n_arrived(self) -> int:
        """The operations that came to somebody, or may have."""
        return sum(n for (_, result), n in self.operations.items() if result is not Result.FAILED)

    @property
    def n_payments(self) -> int:
        return sum(len(order.payments) for order in self.orders.values())

    def promise_all(self) -> None:
        """The gateway's whole record was compared: whatever it is certain of must be known now."""
        for order in self.orders.values():
            for payment in order.payments.values():
                if order.is_registered and payment.is_ours:
                    self.counts[FOUND_BY_SWEEP] += payment.promised < 0
                    payment.promise(payment.certain)
