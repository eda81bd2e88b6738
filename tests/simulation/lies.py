"""What a gateway tells that is not true."""

from collections.abc import Sequence
from dataclasses import replace

from domain.money import Currency, Money
from domain.payment import Mode, Payment, PaymentStatus
from tests.simulation.dice import Dice

OTHER_AMOUNT = "gateway: tells another amount"
OTHER_CURRENCY = "gateway: tells another currency"
TEST_MODE = "gateway: tells test mode"
NO_MODE = "gateway: tells no mode"
OTHER_ORDER = "gateway: tells another order"
UNKNOWN_WORD = "gateway: uses an unknown word"
STALE = "gateway: tells what was true before"
ABSENT = "gateway: knows nothing of the payment yet"
LIES = (
    OTHER_AMOUNT,
    OTHER_CURRENCY,
    TEST_MODE,
    NO_MODE,
    OTHER_ORDER,
    UNKNOWN_WORD,
    STALE,
    ABSENT,
)


class Liar:
    """Decides whether an answer is untrue, and how. This one never lies."""

    def lie(self) -> str | None:
        """The kind of lie to tell now, or None for the truth."""
        return None


class SeededLiar(Liar):
    """Lies by chance, of the kinds that this run may meet, until it is told to stop."""

    def __init__(self, dice: Dice, rate: float, kinds: tuple[str, ...]) -> None:
        self._dice = dice
        self._kinds = kinds
        self.rate = rate if kinds else 0.0

    def lie(self) -> str | None:
        if self.rate == 0 or self._dice.random() >= self.rate:
            return None
        return self._dice.pick(self._kinds)


def untrue(life: list[Payment], kind: str, order_ids: Sequence[str]) -> Payment | None:
    """What is told instead of the latest of a life; of a lie that needs more, the truth."""
    true = life[-1]
    if kind == STALE:
        return life[-2] if len(life) > 1 else true
    if kind == ABSENT:
        return None
    evidence = f"{true.evidence}:{LIES.index(kind)}"
    total = true.total
    if kind == OTHER_AMOUNT and isinstance(total, Money):
        total = replace(total, amount_minor=total.amount_minor + 1)
        return replace(_whole(true), total=total, evidence=evidence)
    if kind == OTHER_CURRENCY and isinstance(total, Money):
        total = replace(total, currency=Currency("JPY"))
        zero = Money.zero(total.currency)
        return replace(_whole(true), total=total, cancelled=zero, evidence=evidence)
    if kind == TEST_MODE:
        return replace(true, mode=Mode.TEST, evidence=evidence)
    if kind == NO_MODE:
        return replace(true, mode=Mode.UNKNOWN, evidence=evidence)
    if kind == OTHER_ORDER:
        other = next(each for each in order_ids if each != true.order_id)
        return replace(true, order_id=other, evidence=evidence)
    return replace(true, status=PaymentStatus.UNKNOWN, awaits_approval=False, evidence=evidence)


def _whole(payment: Payment) -> Payment:
    """The payment as one whose cancelled amount fits any total."""
    if payment.status in (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED):
        zero = Money.zero(Currency("KRW"))
        return replace(payment, status=PaymentStatus.PAID, cancelled=zero)
    return payment
