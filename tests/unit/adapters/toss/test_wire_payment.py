"""What each word and number of the vendor means, and what nothing may be concluded from."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from adapters.toss.wire import mode_of, read_payment, read_payment_of_order
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentStatus
from domain.virtual_account import VirtualAccount
from ports.errors import GatewayProtocolError
from tests.support.factories import won
from tests.unit.adapters.toss.samples import (
    FIXTURES,
    OMITTED,
    PAYMENT_ID,
    changed,
    fields_of,
    literally,
    sample,
)

STATUSES = {
    "aborted": PaymentStatus.FAILED,
    "canceled": PaymentStatus.CANCELLED,
    "canceled_before_deposit": PaymentStatus.FAILED,
    "done_card": PaymentStatus.PAID,
    "done_deposited": PaymentStatus.PAID,
    "done_easy_pay": PaymentStatus.PAID,
    "done_jpy": PaymentStatus.PAID,
    "done_usd_paypal": PaymentStatus.PAID,
    "expired": PaymentStatus.FAILED,
    "in_progress": PaymentStatus.OPENED,
    "partial_canceled": PaymentStatus.PARTIALLY_CANCELLED,
    "ready": PaymentStatus.OPENED,
    "waiting_for_deposit": PaymentStatus.AWAITING_DEPOSIT,
    "waiting_in_english": PaymentStatus.AWAITING_DEPOSIT,
    "waiting_old_due_date": PaymentStatus.AWAITING_DEPOSIT,
}
# What is no payment, with the code of the error it is.
NOT_A_PAYMENT = {
    "error_400_already_processed": "paymentKey",
    "error_401_unauthorized_key": "paymentKey",
    "error_403_not_cancelable_amount": "paymentKey",
    "error_404_not_found_payment": "paymentKey",
    "error_409_idempotent_processing": "paymentKey",
    "transactions": "payment",
    "webhook_deposit_callback": "paymentKey",
    "webhook_payment_status_changed": "paymentKey",
    "webhook_unknown_event": "paymentKey",
}


def read(body: bytes) -> Payment:
    return read_payment(body, PAYMENT_ID, Mode.LIVE)


def test_every_fixture_is_in_a_table() -> None:
    assert {path.stem for path in FIXTURES.iterdir()} == set(STATUSES) | set(NOT_A_PAYMENT)


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_payment_is_read(name: str, status: PaymentStatus) -> None:
    sent = fields_of(name)

    payment = read(sample(name))

    assert payment.status is status
    assert (payment.key.gateway, payment.key.payment_id) == ("toss", sent["paymentKey"])
    assert payment.order_id == sent["orderId"]
    assert payment.mode is Mode.LIVE
    assert payment.merchant_account == "tshop0001"
    assert payment.total.currency_code == sent["currency"]
    assert payment.evidence == sha256(sample(name)).hexdigest()
    assert payment.awaits_approval is (name == "in_progress")


@pytest.mark.parametrize(("name", "code"), NOT_A_PAYMENT.items())
def test_an_answer_without_a_payment_is_nonsense(name: str, code: str) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(sample(name))

    assert error.value.code == code


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("done_card", "card"),
        ("done_deposited", "virtualAccount"),
        ("waiting_in_english", "virtualAccount"),
        ("done_easy_pay", "easyPay"),
        ("done_usd_paypal", "foreignEasyPay"),
        ("ready", None),
    ],
)
def test_a_method_has_one_word_in_every_language(name: str, method: str | None) -> None:
    assert read(sample(name)).method == method


def test_a_method_that_is_new_is_shown_as_it_is() -> None:
    assert read(changed("done_card", method="신규수단")).method == "신규수단"


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("done_card", won(1000)),
        ("done_easy_pay", won(1000)),
        ("done_usd_paypal", Money(amount_minor=1420, currency=Currency("USD"))),
        ("done_jpy", Money(amount_minor=1420, currency=Currency("JPY"))),
    ],
)
def test_amounts_are_exact_in_each_currency(name: str, total: Money) -> None:
    payment = read(sample(name))

    assert payment.total == total
    assert payment.cancelled == Money.zero(total.currency)


@pytest.mark.parametrize("literal", ["1000", '"1000"', "1000.0", "1e3", "10000e-1"])
def test_an_amount_may_be_written_in_many_ways(literal: str) -> None:
    assert read(literally("done_card", totalAmount=literal)).total == won(1000)


@pytest.mark.parametrize("field", ["totalAmount", "balanceAmount"])
@pytest.mark.parametrize("literal", ["true", "null", '""', '"1,000"', "[]", "{}", '"NaN"'])
def test_an_amount_that_is_no_number_is_nonsense(field: str, literal: str) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(literally("done_card", **{field: literal}))

    assert error.value.code == field


@pytest.mark.parametrize(
    ("currency", "literal"),
    [
        ("KRW", "1000.5"),
        ("USD", "14.205"),
        ("KRW", "-1000"),
        ("KRW", str(2**63)),
        ("KRW", "1e999999999"),
        ("ZZZ", "1000"),
        ("krw", "1000"),
    ],
)
def test_a_number_that_cannot_be_money_is_kept_to_be_named(currency: str, literal: str) -> None:
    payment = read(literally("done_card", totalAmount=literal, currency=f'"{currency}"'))

    assert payment.total == UnreadableAmount(number=literal, currency_code=currency)
    assert payment.status is PaymentStatus.UNKNOWN


@pytest.mark.parametrize("field", ["paymentKey", "orderId", "status", "currency"])
@pytest.mark.parametrize("value", [OMITTED, None, "", " ", 1, True, [], {}])
def test_a_field_that_verification_needs_is_never_guessed(field: str, value: object) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("done_card", **{field: value}))

    assert error.value.code == field


def test_another_payment_than_the_one_asked_for_is_nonsense() -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("done_card", paymentKey=PAYMENT_ID[:-1] + "2"))

    assert error.value.code == "another-payment"


# The word, what is left of 1,000 won, and what the two together mean.
FOLD = [
    ("DONE", 1000, PaymentStatus.PAID),
    ("DONE", 700, PaymentStatus.PARTIALLY_CANCELLED),
    ("DONE", 0, PaymentStatus.CANCELLED),
    ("DONE", 1001, PaymentStatus.UNKNOWN),
    ("DONE", -1, PaymentStatus.UNKNOWN),
    ("DONE", 0.5, PaymentStatus.UNKNOWN),
    ("PARTIAL_CANCELED", 700, PaymentStatus.PARTIALLY_CANCELLED),
    ("PARTIAL_CANCELED", 1000, PaymentStatus.UNKNOWN),
    ("CANCELED", 0, PaymentStatus.CANCELLED),
    ("CANCELED", 700, PaymentStatus.PARTIALLY_CANCELLED),
    ("CANCELED", 1000, PaymentStatus.UNKNOWN),
    ("READY", 1000, PaymentStatus.OPENED),
    ("READY", 0, PaymentStatus.OPENED),
    ("READY", 700, PaymentStatus.UNKNOWN),
    ("READY", OMITTED, PaymentStatus.OPENED),
    ("IN_PROGRESS", None, PaymentStatus.OPENED),
    ("ABORTED", 0, PaymentStatus.FAILED),
    ("EXPIRED", 1000, PaymentStatus.FAILED),
    ("Done", 1000, PaymentStatus.UNKNOWN),
    ("DONE ", 1000, PaymentStatus.UNKNOWN),
    ("SOMETHING_NEW", 1000, PaymentStatus.UNKNOWN),
    ("SOMETHING_NEW", 0, PaymentStatus.UNKNOWN),
]


@pytest.mark.parametrize(("word", "balance", "status"), FOLD)
def test_what_is_left_decides_over_the_word(
    word: str, balance: object, status: PaymentStatus
) -> None:
    payment = read(changed("done_card", status=word, balanceAmount=balance))

    assert payment.status is status
    assert payment.awaits_approval is (word == "IN_PROGRESS")


def test_what_contradicts_itself_does_not_wait_for_our_word() -> None:
    payment = read(changed("in_progress", balanceAmount=700))

    assert (payment.status, payment.awaits_approval) == (PaymentStatus.UNKNOWN, False)


@pytest.mark.parametrize(
    ("told", "discount"),
    [
        ({"discount": {"amount": 300}}, won(300)),
        ({"easyPay": {"discountAmount": 300}}, won(300)),
        ({"easyPay": {"discountAmount": "200"}, "discount": {"amount": 100}}, won(300)),
        ({"easyPay": {"discountAmount": 1000}}, won(1000)),
        ({"easyPay": {"discountAmount": 0}, "discount": {"amount": 0}}, None),
        # As older versions of the API have it.
        ({"easyPay": "토스결제"}, None),
        ({"easyPay": OMITTED, "discount": OMITTED}, None),
    ],
)
def test_a_discount_is_a_part_of_the_total(told: dict[str, object], discount: Money | None) -> None:
    payment = read(changed("done_card", **told))

    assert (payment.status, payment.total) == (PaymentStatus.PAID, won(1000))
    assert payment.discount == discount


@pytest.mark.parametrize("discount", [1001, -1, 0.5, 2**63, 10**15])
@pytest.mark.parametrize("other", [0, 10**15])
def test_a_discount_that_is_no_part_of_the_total_makes_no_sense(
    discount: object, other: int
) -> None:
    told = {"discount": {"amount": discount}, "easyPay": {"discountAmount": other}}

    payment = read(changed("done_card", **told))
    allowed = read(changed("in_progress", **told))

    assert (payment.status, payment.discount) == (PaymentStatus.UNKNOWN, None)
    assert (allowed.status, allowed.awaits_approval) == (PaymentStatus.UNKNOWN, False)


@pytest.mark.parametrize("inner", [{}, {"amount": None}, {"amount": "much"}, {"amount": []}])
def test_a_discount_without_its_amount_is_nonsense(inner: dict[str, object]) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("done_card", discount=inner))

    assert error.value.code == "discount.amount"


@pytest.mark.parametrize("balance", [None, OMITTED])
@pytest.mark.parametrize("word", ["DONE", "PARTIAL_CANCELED", "CANCELED"])
def test_money_taken_without_a_word_of_what_is_left_is_nonsense(word: str, balance: object) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("done_card", status=word, balanceAmount=balance))

    assert error.value.code == "balanceAmount"


def test_an_account_called_off_before_its_deposit_gave_nothing_back() -> None:
    assert read(sample("canceled_before_deposit")).cancelled == won(0)


def test_an_approval_that_is_merely_missing_is_no_proof_that_nothing_was_paid() -> None:
    payment = read(changed("canceled", approvedAt=OMITTED))

    assert (payment.status, payment.cancelled) == (PaymentStatus.CANCELLED, won(1000))


@pytest.mark.parametrize("name", ["waiting_for_deposit", "waiting_old_due_date"])
def test_an_issued_account_awaits_its_deposit(name: str) -> None:
    payment = read(sample(name))

    assert payment.paid_at is None
    assert payment.virtual_account == VirtualAccount(
        bank_code="88",
        bank_name="신한은행",
        number="X0000000000001",
        holder="김구매",
        due_at=datetime(2026, 11, 8, 14, 59, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"bankCode": "06"}, "KB국민은행"),
        ({"bankCode": "99"}, None),
        ({"bankCode": None}, None),
        ({"bankCode": 88}, None),
        ({"bankCode": "99", "bank": "신협"}, "신협"),
    ],
)
def test_the_buyer_is_told_the_banks_name(told: dict[str, object], name: str | None) -> None:
    account = fields_of("waiting_for_deposit")["virtualAccount"] | told

    read_account = read(changed("waiting_for_deposit", virtualAccount=account)).virtual_account

    assert read_account is not None
    assert read_account.bank_name == name


@pytest.mark.parametrize("number", [None, OMITTED, "", "  ", "1" * 33, "1\x002", 110123, []])
def test_waiting_for_a_deposit_into_no_account_is_unknown(number: object) -> None:
    account = fields_of("waiting_for_deposit")["virtualAccount"] | {"accountNumber": number}
    account = {key: value for key, value in account.items() if value is not OMITTED}

    payment = read(changed("waiting_for_deposit", virtualAccount=account))

    assert (payment.status, payment.virtual_account) == (PaymentStatus.UNKNOWN, None)


@pytest.mark.parametrize("inner", [None, OMITTED, "페이팔", [], 7])
def test_what_should_be_an_object_and_is_not_reads_as_none(inner: object) -> None:
    payment = read(changed("done_card", virtualAccount=inner, receipt=inner, failure=inner))

    assert payment.status is PaymentStatus.PAID
    assert (payment.virtual_account, payment.receipt_url, payment.failure_reason) == (None,) * 3


def test_why_it_failed_is_told() -> None:
    assert read(sample("aborted")).failure_reason == fields_of("aborted")["failure"]["message"]
    assert read(changed("aborted", failure={"code": "X"})).failure_reason == "X"
    assert read(sample("expired")).failure_reason == "expired before it was approved"


def test_the_moment_of_approval_is_when_it_was_paid() -> None:
    assert read(sample("done_card")).paid_at == datetime(2026, 11, 1, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("order_id", ["order\x00-0001", "o" * 300])
def test_an_order_id_that_cannot_be_shown_is_no_orders(order_id: str) -> None:
    read_back = read(changed("done_card", orderId=order_id)).order_id

    assert read_back.isprintable()
    assert len(read_back) > 40 or "\ufffd" in read_back


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        ("live_sk_abc", Mode.LIVE),
        ("live_gsk_abc", Mode.LIVE),
        ("test_sk_abc", Mode.TEST),
        ("test_gsk_docs_abc", Mode.TEST),
        ("LIVE_sk_abc", Mode.UNKNOWN),
        ("sk_live_abc", Mode.UNKNOWN),
        ("", Mode.UNKNOWN),
    ],
)
def test_the_key_says_whether_money_is_real(key: str, mode: Mode) -> None:
    assert mode_of(key) is mode


def test_the_payment_of_an_order_must_be_that_orders() -> None:
    found = read_payment_of_order(sample("done_card"), "order-0001", Mode.TEST)
    with pytest.raises(GatewayProtocolError) as error:
        read_payment_of_order(sample("done_card"), "order-0002", Mode.TEST)
    with pytest.raises(GatewayProtocolError) as unnamed:
        read_payment_of_order(changed("done_card", paymentKey="a/b"), "order-0001", Mode.TEST)

    assert (found.key.payment_id, found.mode) == (PAYMENT_ID, Mode.TEST)
    assert error.value.code == "another-order"
    assert unnamed.value.code == "paymentKey"
