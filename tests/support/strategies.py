"""Hypothesis strategies for the domain's values: anything at all, or bound to a given order.

Evidence is a digest of what a snapshot says, as it is at a gateway: equal answers, equal bytes.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from hypothesis import strategies as st

from domain.customer import Customer
from domain.iso4217 import EXPONENTS
from domain.money import MAX_AMOUNT_MINOR, Currency, Money
from domain.order import Order
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import DEPOSIT_GRACE
from domain.virtual_account import VirtualAccount

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOT_PAID_YET = (
    PaymentStatus.OPENED,
    PaymentStatus.AWAITING_DEPOSIT,
    PaymentStatus.FAILED,
    PaymentStatus.UNKNOWN,
)
HOLDS_MONEY = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED)

_ID = "ABCxyz019._-"
_printable = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
_moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def currencies() -> st.SearchStrategy[Currency]:
    return st.sampled_from(sorted(EXPONENTS)).map(Currency)


def moneys(*, min_minor: int = 0) -> st.SearchStrategy[Money]:
    return st.builds(
        Money, amount_minor=st.integers(min_minor, MAX_AMOUNT_MINOR), currency=currencies()
    )


def order_ids() -> st.SearchStrategy[str]:
    return st.text(_ID + ":", min_size=1, max_size=40).filter(lambda text: text.strip(".") != "")


def payment_keys() -> st.SearchStrategy[PaymentKey]:
    payment_ids = st.text(_ID + "=", min_size=1, max_size=40)
    return st.builds(
        PaymentKey,
        gateway=st.sampled_from(["portone-v1", "portone-v2", "x"]),
        payment_id=payment_ids.filter(lambda text: text.strip(".") != ""),
    )


def customers() -> st.SearchStrategy[Customer]:
    return st.builds(
        Customer,
        customer_id=_printable,
        phone=st.none() | st.from_regex(r"\+?[0-9]{9,12}", fullmatch=True, alphabet="+0123456789"),
        locale=st.sampled_from(["ko", "en"]),
    )


def virtual_accounts() -> st.SearchStrategy[VirtualAccount]:
    return st.builds(
        VirtualAccount,
        bank_code=st.none() | st.sampled_from(["004", "088"]),
        bank_name=st.none() | _printable,
        number=st.text("0123456789-", min_size=1, max_size=20),
        holder=st.none() | _printable,
        due_at=st.none() | _moments,
    )


def orders() -> st.SearchStrategy[Order]:
    """New orders of at least two minor units, so that they can be refunded in part."""
    return st.builds(
        Order,
        order_id=order_ids(),
        amount=moneys(min_minor=2),
        client_token=st.just("token-0123456789abcdef"),
        created_at=_moments,
        name=st.none() | _printable,
        customer=st.none() | customers(),
        expires_at=st.none() | _moments,
    )


@st.composite
def payments(
    draw: st.DrawFn,
    order: Order,
    *,
    key: PaymentKey | None = None,
    statuses: Collection[PaymentStatus] = tuple(PaymentStatus),
    above_minor: int = 0,
) -> Payment:
    """A live payment that is rightly the order's, in any of the statuses.

    If cancelled in part, then more than `above_minor`.
    """
    total = order.amount
    if above_minor >= total.amount_minor - 1:
        statuses = [each for each in statuses if each is not PaymentStatus.PARTIALLY_CANCELLED]
    status = draw(st.sampled_from(sorted(statuses)))
    cancelled = {
        PaymentStatus.PARTIALLY_CANCELLED: st.integers(above_minor + 1, total.amount_minor - 1),
        PaymentStatus.CANCELLED: st.just(total.amount_minor),
    }.get(status, st.just(0))
    needs_account = status is PaymentStatus.AWAITING_DEPOSIT
    return with_true_evidence(
        Payment(
            key=key or draw(payment_keys()),
            order_id=order.order_id,
            mode=Mode.LIVE,
            status=status,
            total=total,
            cancelled=Money(amount_minor=draw(cancelled), currency=total.currency),
            evidence="",
            method=draw(st.sampled_from([None, "card", "virtualAccount"])),
            virtual_account=draw(
                virtual_accounts() if needs_account else st.none() | virtual_accounts()
            ),
            failure_reason=draw(st.none() | _printable),
        )
    )


@st.composite
def evolutions(draw: st.DrawFn, order: Order, key: PaymentKey) -> list[Payment]:
    """What a gateway shows of one payment over time: legal moves only, at least one snapshot."""
    story: list[Payment] = draw(
        st.lists(payments(order, key=key, statuses=NOT_PAID_YET), max_size=3)
    )
    is_paid = draw(st.booleans())
    if story and not is_paid:
        return story
    story.append(draw(payments(order, key=key, statuses=[PaymentStatus.PAID])))
    refunds = draw(st.sets(st.integers(1, order.amount.amount_minor), max_size=3))
    return [*story, *(refunded(story[-1], amount_minor) for amount_minor in sorted(refunds))]


def refunded(payment: Payment, amount_minor: int) -> Payment:
    """The same payment after refunds of so much together."""
    assert isinstance(payment.total, Money)
    is_all = amount_minor == payment.total.amount_minor
    return with_true_evidence(
        replace(
            payment,
            status=PaymentStatus.CANCELLED if is_all else PaymentStatus.PARTIALLY_CANCELLED,
            cancelled=Money(amount_minor=amount_minor, currency=payment.total.currency),
        )
    )


def as_kept(payment: Payment) -> Payment:
    """The snapshot as an order keeps it at `NOW`: with the remark that its deposit is overdue."""
    account = payment.virtual_account
    if payment.status is not PaymentStatus.AWAITING_DEPOSIT or account is None:
        return payment
    return replace(
        payment, lapsed=account.due_at is not None and account.due_at + DEPOSIT_GRACE <= NOW
    )


def with_true_evidence(payment: Payment) -> Payment:
    """The snapshot with the digest of all that it says."""
    said = repr(replace(payment, evidence=""))
    return replace(payment, evidence=sha256(said.encode()).hexdigest())
