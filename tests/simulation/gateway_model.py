"""The gateway as it really is, and what it tells: late, stale, wrong, or nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from domain.errors import InvalidValue
from domain.identifiers import check_payment_id
from domain.money import Currency, Money
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from ports.payment_listing import FoundPayments
from tests.simulation.dice import Dice
from tests.simulation.port_calls import Fates

GATEWAY = "portone-v1"
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


@dataclass(slots=True)
class Told:
    """One answer, by its evidence; `asked_at` is the tick of the latest question it answered."""

    payment: Payment
    asked_at: int


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


class GatewayModel:
    """A `PaymentGateway`. `lives` holds each payment's true snapshots, oldest first."""

    name = GATEWAY

    def __init__(
        self, fates: Fates, liar: Liar, tick: Callable[[], int], counts: Counter[str]
    ) -> None:
        self._fates = fates
        self._liar = liar
        self._tick = tick
        self._counts = counts
        self._news_at: dict[str, datetime] = {}
        self.lives: dict[str, list[Payment]] = {}
        self.order_ids: list[str] = []
        self.told: dict[str, Told] = {}
        # Payments of which something untrue was told, for whatever reason.
        self.lied_about: set[str] = set()
        # Payments that it takes for those of another order, by their ids.
        self.confused: dict[str, str] = {}

    def is_payment_id(self, text: str, /) -> bool:
        try:
            check_payment_id(text)
        except InvalidValue:
            return False
        return True

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        check_payment_id(payment_id)
        asked_at = self._tick()
        payment = self._look_up(payment_id)
        if await self._fates.on_the_wire(payment_id):
            payment = self._look_up(payment_id)
        return self._tell(payment, asked_at)

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        return self._tell_all(payment_ids)

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        return self._tell_all(
            [id_ for id_, life in self.lives.items() if life[-1].order_id == order_id]
        )

    async def list_window(self, since: datetime, until: datetime, /) -> FoundPayments:
        """All that has news in that time, on one page."""
        return self._tell_all(
            [id_ for id_, news_at in self._news_at.items() if since <= news_at < until]
        )

    def becomes(self, payment: Payment, now: datetime) -> None:
        """What is true of the payment from now on."""
        self.lives.setdefault(payment.key.payment_id, []).append(payment)
        self._news_at[payment.key.payment_id] = now

    def truth(self, payment_id: str) -> Payment:
        """What is true of the payment now."""
        return self.lives[payment_id][-1]

    def _tell(self, payment: Payment | None, asked_at: int) -> Payment | None:
        if payment is not None:
            before = self.told.get(payment.evidence)
            if before is None or before.asked_at < asked_at:
                self.told[payment.evidence] = Told(payment, asked_at)
        return payment

    def _tell_all(self, payment_ids: Sequence[str]) -> FoundPayments:
        asked_at = self._tick()
        told = [self._tell(self._look_up(id_), asked_at) for id_ in payment_ids]
        return FoundPayments(payments=[payment for payment in told if payment is not None])

    def _look_up(self, payment_id: str) -> Payment | None:
        life = self.lives.get(payment_id)
        if life is None:
            return None
        told: Payment | None = life[-1]
        if payment_id in self.confused:
            other, evidence = self.confused[payment_id], f"{life[-1].evidence}:{OTHER_ORDER}"
            told = replace(life[-1], order_id=other, evidence=evidence)
        elif (kind := self._liar.lie()) is not None:
            told = self._untrue(life, kind)
        if told is not life[-1]:
            self.lied_about.add(payment_id)
        return told

    def _untrue(self, life: list[Payment], kind: str) -> Payment | None:
        true = life[-1]
        if kind == STALE and len(life) == 1:
            return true
        if kind == OTHER_ORDER and len(self.order_ids) < 2:
            kind = OTHER_AMOUNT
        self._counts[kind] += 1
        evidence = f"{true.evidence}:{LIES.index(kind)}"
        total = true.total
        if kind == STALE:
            return life[-2]
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
            other = next(each for each in self.order_ids if each != true.order_id)
            return replace(true, order_id=other, evidence=evidence)
        if kind == UNKNOWN_WORD:
            return replace(true, status=PaymentStatus.UNKNOWN, evidence=evidence)
        return None


def _whole(payment: Payment) -> Payment:
    """The payment as one whose cancelled amount fits any total."""
    if payment.status in (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED):
        zero = Money.zero(Currency("KRW"))
        return replace(payment, status=PaymentStatus.PAID, cancelled=zero)
    return payment


@cache
def key_of(payment_id: str) -> PaymentKey:
    return PaymentKey(gateway=GATEWAY, payment_id=payment_id)


class OnePageListing:
    """A `PaymentListing` whose pages are asked for by numbered calls of the gateway."""

    longest_window = timedelta(days=30)

    def __init__(self, gateway: GatewayModel) -> None:
        self._gateway = gateway

    async def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        yield await self._gateway.list_window(since, until)
