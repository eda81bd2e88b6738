"""How payments fare at the gateway, step by step, whatever anybody hears of it."""

from dataclasses import dataclass

from domain.payment import PaymentStatus

BUYER_DEPOSITS = "buyer deposits"
BUYER_DEPOSITS_LATE = "buyer deposits late"
CONSOLE_REFUNDS = "console refunds wholly"
CONSOLE_REFUNDS_PARTLY = "console refunds partly"
GATEWAY_TAKES_BACK = "gateway takes back what it said"
ACTIONS = (
    BUYER_DEPOSITS,
    BUYER_DEPOSITS_LATE,
    CONSOLE_REFUNDS,
    CONSOLE_REFUNDS_PARTLY,
    GATEWAY_TAKES_BACK,
)


@dataclass(frozen=True, slots=True)
class Step:
    """The payment's next state, some seconds after the one before it."""

    status: PaymentStatus
    after_s: tuple[float, float] = (0.0, 5.0)
    account: str | None = None
    action: str | None = None
    # The buyer has allowed it, and no money is taken before we say so.
    awaits_word: bool = False


OPENED = Step(PaymentStatus.OPENED)
FAILED = Step(PaymentStatus.FAILED)
PAID = Step(PaymentStatus.PAID)
ALLOWED = Step(PaymentStatus.OPENED, awaits_word=True)
UNKNOWN = Step(PaymentStatus.UNKNOWN)
ACCOUNT = Step(PaymentStatus.AWAITING_DEPOSIT, account="56211234567890")
OTHER_ACCOUNT = Step(PaymentStatus.AWAITING_DEPOSIT, (1, 300), account="99900011122233")
DEPOSIT = Step(PaymentStatus.PAID, (1, 1500), action=BUYER_DEPOSITS)
LATE_DEPOSIT = Step(PaymentStatus.PAID, (2000, 9000), action=BUYER_DEPOSITS_LATE)
REFUND = Step(PaymentStatus.CANCELLED, (0.1, 90), action=CONSOLE_REFUNDS)
PART_REFUND = Step(PaymentStatus.PARTIALLY_CANCELLED, (0.1, 90), action=CONSOLE_REFUNDS_PARTLY)
TAKEN_BACK = Step(PaymentStatus.OPENED, (0.1, 60), action=GATEWAY_TAKES_BACK)

GIVES_BACK = (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED)

# How payments fare, by name.
LIVES: dict[str, tuple[Step, ...]] = {
    "paid by card": (OPENED, PAID),
    "paid at once": (PAID,),
    "fails": (OPENED, FAILED),
    "fails, then pays": (OPENED, FAILED, PAID),
    "abandoned": (OPENED,),
    "in a word we do not know, then paid": (UNKNOWN, PAID),
    "account, deposit": (OPENED, ACCOUNT, DEPOSIT),
    "account, another account, deposit": (ACCOUNT, OTHER_ACCOUNT, DEPOSIT),
    "account, no deposit": (ACCOUNT,),
    "account, late deposit": (ACCOUNT, LATE_DEPOSIT),
    "account, deposit, refund": (ACCOUNT, DEPOSIT, REFUND),
    "paid, refunded": (PAID, REFUND),
    "paid, refunded in two parts": (PAID, PART_REFUND, REFUND),
    "paid, refunded partly": (OPENED, PAID, PART_REFUND),
    "paid, taken back": (PAID, TAKEN_BACK),
}
