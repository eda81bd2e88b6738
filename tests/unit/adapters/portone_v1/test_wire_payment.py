import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from adapters.portone_v1.wire import read_code, read_payment
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Mode, PaymentStatus
from domain.virtual_account import VirtualAccount
from ports.errors import GatewayProtocolError
from tests.unit.adapters.portone_v1.samples import (
    FIXTURES,
    OMITTED,
    PAYMENT_ID,
    answer,
    changed,
    literally,
    payment_fields,
    sample,
)

STATUSES = {
    "cancelled_full": PaymentStatus.CANCELLED,
    "cancelled_partial": PaymentStatus.PARTIALLY_CANCELLED,
    "failed": PaymentStatus.FAILED,
    "failed_by_confirm_process": PaymentStatus.FAILED,
    "paid_card": PaymentStatus.PAID,
    "paid_phone_mobile": PaymentStatus.PAID,
    "paid_point_kakaopay": PaymentStatus.PAID,
    "paid_sandbox": PaymentStatus.PAID,
    "paid_unknown_fields": PaymentStatus.PAID,
    "paid_usd_decimal": PaymentStatus.PAID,
    "paid_vbank_deposited": PaymentStatus.PAID,
    "ready_abandoned_card": PaymentStatus.OPENED,
    "ready_vbank_issued": PaymentStatus.AWAITING_DEPOSIT,
    "ready_vbank_not_yet_issued": PaymentStatus.OPENED,
}
# Answers that are no success about one payment, with the code of the error they are.
NOT_A_PAYMENT = {
    "error_200_cancel_refused.json": "code",
    "error_400_token_missing_params.json": "code",
    "error_401_unauthorized.json": "code",
    "error_404_prepare.json": "code",
    "error_404_unknown_imp_uid.json": "code",
    "gateway_502.html": "envelope",
    "list_207.json": "response",
    "paged.json": "imp_uid",
    "token_ok.json": "imp_uid",
}


def krw(amount: int) -> Money:
    return Money(amount_minor=amount, currency=Currency("KRW"))


def read(body: bytes) -> Any:
    return read_payment(body, PAYMENT_ID)


def test_every_fixture_is_in_a_table() -> None:
    names = {path.name for path in (FIXTURES / "portone_v1").iterdir()}

    assert names == {f"{name}.json" for name in STATUSES} | set(NOT_A_PAYMENT)


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_payment_is_read(name: str, status: PaymentStatus) -> None:
    body = sample(f"portone_v1/{name}.json")
    sent = payment_fields(name)

    payment = read(body)

    assert payment.status is status
    assert payment.key.payment_id == sent["imp_uid"]
    assert payment.key.gateway == "portone-v1"
    assert payment.order_id == sent["merchant_uid"]
    assert payment.method == sent["pay_method"]
    assert payment.mode is (Mode.TEST if sent["sandbox"] else Mode.LIVE)
    assert payment.total.currency_code == sent["currency"]
    assert payment.receipt_url == sent["receipt_url"]
    assert payment.failure_reason == sent["fail_reason"]
    assert payment.evidence == sha256(body).hexdigest()
    assert payment.merchant_account is None
    assert payment.paid_at == (
        datetime.fromtimestamp(sent["paid_at"], UTC) if sent["paid_at"] else None
    )


@pytest.mark.parametrize(("name", "code"), NOT_A_PAYMENT.items())
def test_an_answer_without_a_payment_is_nonsense(name: str, code: str) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(sample(f"portone_v1/{name}"))

    assert error.value.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("paid_card.json", 0),
        ("error_200_cancel_refused.json", 1),
        ("error_404_unknown_imp_uid.json", -1),
        ("gateway_502.html", None),
    ],
)
def test_the_envelope_says_whether_the_vendor_itself_answers(name: str, code: int | None) -> None:
    assert read_code(sample(f"portone_v1/{name}")) == code


def test_amounts_are_exact() -> None:
    payment = read(sample("portone_v1/paid_usd_decimal.json"))

    assert payment.total == Money(amount_minor=1420, currency=Currency("USD"))
    assert payment.cancelled == Money(amount_minor=0, currency=Currency("USD"))


@pytest.mark.parametrize(
    "literal", ["1000", '"1000"', "1000.0", '"1000.00"', "1e3", "1.0E+3", "10000e-1"]
)
def test_an_amount_may_be_written_in_many_ways(literal: str) -> None:
    assert read(literally("paid_card", amount=literal)).total == krw(1000)


def test_old_records_have_the_cancelled_amount_as_text() -> None:
    assert read(literally("paid_card", cancel_amount='"0"')).status is PaymentStatus.PAID


@pytest.mark.parametrize(
    "literal",
    [
        "true",
        "false",
        "null",
        '""',
        '" 1000"',
        '"1,000"',
        '"1000원"',
        '"NaN"',
        '"Infinity"',
        '"1e3"',
        '"\uff11\uff10\uff10\uff10"',
        '"1_000"',
        '"+1000"',
        "[]",
        "[1000]",
        "{}",
    ],
)
@pytest.mark.parametrize("field", ["amount", "cancel_amount"])
def test_an_amount_that_is_no_number_is_nonsense(field: str, literal: str) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(literally("paid_card", **{field: literal}))

    assert error.value.code == field


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "01000", "1000.", "+1", "0x1"])
def test_what_is_not_json_is_nonsense(literal: str) -> None:
    with pytest.raises(GatewayProtocolError):
        read(literally("paid_card", amount=literal))


@pytest.mark.parametrize(
    ("currency", "literal"),
    [
        ("USD", "14.205"),
        ("KRW", "1000.5"),
        ("KRW", "-1000"),
        ("KRW", "1e30"),
        ("KRW", "1e999999999"),
        ("KRW", "-1E-999999999"),
        ("KRW", "1e99999999999999999999"),
        ("KRW", "999.9999999999999999999999"),
        ("KRW", '"-1"'),
        ("ZZZ", "1000"),
        ("krw", "1000"),
    ],
)
def test_a_number_that_cannot_be_money_is_kept_to_be_named(currency: str, literal: str) -> None:
    payment = read(literally("paid_card", amount=literal, currency=f'"{currency}"'))

    assert payment.total == UnreadableAmount(number=literal.strip('"'), currency_code=currency)


@pytest.mark.parametrize("begin", ["9" * 40, "1." + "0" * 38, "0." + "0" * 38])
@pytest.mark.parametrize("length", [60, 4301, 1_000_000])
def test_a_number_of_absurd_length_costs_nothing_and_is_cut(begin: str, length: int) -> None:
    body = literally("paid_card", amount=begin + begin[-1] * (length - 40))
    started_s = time.process_time()

    payment = read(body)

    assert payment.total == UnreadableAmount(number=begin, currency_code="KRW")
    assert time.process_time() - started_s < 0.5


def test_in_an_unknown_currency_nothing_can_be_said_of_the_status() -> None:
    payment = read(changed("paid_card", currency="ZZZ"))

    assert payment.status is PaymentStatus.UNKNOWN
    assert payment.total.currency_code == "ZZZ"


@pytest.mark.parametrize("field", ["imp_uid", "merchant_uid", "status", "currency"])
@pytest.mark.parametrize("value", [OMITTED, None, "", " ", 1, True, [], {}])
def test_a_field_that_verification_needs_is_never_guessed(field: str, value: object) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("paid_card", **{field: value}))

    assert error.value.code == field


def test_without_an_amount_the_answer_is_nonsense() -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("paid_card", amount=OMITTED))

    assert error.value.code == "amount"


@pytest.mark.parametrize("imp_uid", ["imp_000000000002", f" {PAYMENT_ID}", PAYMENT_ID.upper()])
def test_another_payment_than_the_one_asked_for_is_nonsense(imp_uid: str) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("paid_card", imp_uid=imp_uid))

    assert error.value.code == "another-payment"


# The word, the cancelled amount out of 1,000 won, and what the two together mean.
FOLD = [
    ("ready", 0, PaymentStatus.OPENED),
    ("ready", 300, PaymentStatus.UNKNOWN),
    ("ready", 1000, PaymentStatus.UNKNOWN),
    ("ready", None, PaymentStatus.OPENED),
    ("ready", OMITTED, PaymentStatus.OPENED),
    ("pending", 0, PaymentStatus.OPENED),
    ("pending", 1000, PaymentStatus.UNKNOWN),
    ("pending", None, PaymentStatus.OPENED),
    ("paid", 0, PaymentStatus.PAID),
    ("paid", 300, PaymentStatus.PARTIALLY_CANCELLED),
    ("paid", 1000, PaymentStatus.CANCELLED),
    ("paid", 1001, PaymentStatus.UNKNOWN),
    ("paid", -1, PaymentStatus.UNKNOWN),
    ("paid", 0.5, PaymentStatus.UNKNOWN),
    ("cancelled", 0, PaymentStatus.UNKNOWN),
    ("cancelled", 300, PaymentStatus.PARTIALLY_CANCELLED),
    ("cancelled", 1000, PaymentStatus.CANCELLED),
    ("cancelled", 1001, PaymentStatus.UNKNOWN),
    ("failed", 0, PaymentStatus.FAILED),
    ("failed", 300, PaymentStatus.UNKNOWN),
    ("failed", None, PaymentStatus.FAILED),
    ("Paid", 0, PaymentStatus.UNKNOWN),
    ("paid ", 0, PaymentStatus.UNKNOWN),
    ("something_new", 0, PaymentStatus.UNKNOWN),
    ("something_new", 1000, PaymentStatus.UNKNOWN),
]


@pytest.mark.parametrize(("word", "cancel_amount", "status"), FOLD)
def test_the_cancelled_amount_decides_over_the_word(
    word: str, cancel_amount: object, status: PaymentStatus
) -> None:
    payment = read(changed("paid_card", status=word, cancel_amount=cancel_amount))

    assert payment.status is status


@pytest.mark.parametrize("word", ["paid", "cancelled", "something_new"])
@pytest.mark.parametrize("cancel_amount", [None, OMITTED])
def test_money_taken_without_a_word_about_money_given_back_is_nonsense(
    word: str, cancel_amount: object
) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(changed("paid_card", status=word, cancel_amount=cancel_amount))

    assert error.value.code == "cancel_amount"


def test_a_refund_of_an_amount_that_cannot_be_money_is_unknown() -> None:
    payment = read(literally("cancelled_partial", amount="1000.5"))

    assert payment.status is PaymentStatus.UNKNOWN


def test_an_issued_account_awaits_its_deposit() -> None:
    payment = read(sample("portone_v1/ready_vbank_issued.json"))

    assert payment.virtual_account == VirtualAccount(
        bank_code="088",
        bank_name="신한",
        number="X0000000000000",
        holder="테스트상점",
        due_at=datetime(2023, 11, 17, 22, 13, 19, tzinfo=UTC),
    )


def test_a_deposited_payment_keeps_its_account() -> None:
    payment = read(sample("portone_v1/paid_vbank_deposited.json"))

    assert payment.status is PaymentStatus.PAID
    assert payment.virtual_account.number == "X0000000000000"


@pytest.mark.parametrize(
    "number", [None, OMITTED, "", "  ", "unknown", "UNKNOWN ", "1" * 33, "1\x002", 110123, []]
)
def test_without_a_real_number_there_is_no_account(number: object) -> None:
    payment = read(changed("ready_vbank_issued", vbank_num=number))

    assert payment.status is PaymentStatus.OPENED
    assert payment.virtual_account is None


@pytest.mark.parametrize("method", ["card", "econtext", None, OMITTED, "VBANK"])
def test_only_a_virtual_account_method_has_an_account(method: object) -> None:
    payment = read(changed("ready_vbank_issued", pay_method=method))

    assert payment.status is PaymentStatus.OPENED
    assert payment.virtual_account is None


def test_an_account_needs_no_more_than_its_number() -> None:
    payment = read(
        changed(
            "ready_vbank_issued",
            vbank_num=" 110-123 ",
            vbank_code=None,
            vbank_name="",
            vbank_holder=OMITTED,
            vbank_date=0,
        )
    )

    assert payment.virtual_account == VirtualAccount(
        bank_code=None, bank_name=None, number="110-123", holder=None, due_at=None
    )


@pytest.mark.parametrize(
    ("sandbox", "mode"),
    [
        (True, Mode.TEST),
        (False, Mode.LIVE),
        (OMITTED, Mode.UNKNOWN),
        (None, Mode.UNKNOWN),
        ("false", Mode.UNKNOWN),
        (0, Mode.UNKNOWN),
        ({}, Mode.UNKNOWN),
    ],
)
def test_a_mode_that_is_not_told_is_unknown(sandbox: object, mode: Mode) -> None:
    assert read(changed("paid_card", sandbox=sandbox)).mode is mode


@pytest.mark.parametrize(
    "seconds", [0, None, OMITTED, -1, 1700000000000, 10**30, 1.5, "1700000000", True, []]
)
def test_a_time_that_cannot_be_is_none(seconds: object) -> None:
    assert read(changed("paid_card", paid_at=seconds)).paid_at is None


@pytest.mark.parametrize(
    "url",
    [
        None,
        OMITTED,
        "",
        "javascript:alert(1)",
        "ftp://example.com",
        "//example.com",
        "https://",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com/" + "a" * 3000,
        7,
    ],
)
def test_a_receipt_that_is_no_web_address_is_none(url: object) -> None:
    assert read(changed("paid_card", receipt_url=url)).receipt_url is None


def test_odd_values_where_nothing_depends_on_them_are_none() -> None:
    payment = read(changed("failed", pay_method=7, fail_reason=["x"], name=10**400))

    assert payment.status is PaymentStatus.FAILED
    assert payment.method is None
    assert payment.failure_reason is None


def test_shown_text_is_bounded_and_printable() -> None:
    payment = read(changed("failed", fail_reason=" \x1b[31m" + "한" * 1000, pay_method="x" * 100))

    assert payment.failure_reason == "\ufffd[31m" + "한" * 495
    assert payment.method == "x" * 40


@pytest.mark.parametrize(
    "merchant_uid", ["주문 1", " order-0001", "order-0001\n", "order-0001\x00", "x" * 5000]
)
def test_any_order_id_is_read_and_equals_none_of_ours(merchant_uid: str) -> None:
    payment = read(changed("paid_card", merchant_uid=merchant_uid))

    assert payment.order_id != "order-0001"
    assert payment.order_id.isprintable()
    assert len(payment.order_id) <= 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"0",
        b'"x"',
        b"{}",
        b'{"code": 0',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"code": null, "response": {}}',
        b'{"code": "0", "response": {}}',
        b'{"code": true, "response": {}}',
        b'{"code": 0}',
        answer(None),
        answer([]),
        answer("x"),
        answer(payment_fields("paid_card"), code=1),
        b'{"code":0,"response":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"code":0,"more":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"code":0,"response":{"imp_uid":"\\ud800"}}',
        b'{"code":0,"response":{"imp_uid":"\xff"}}',
        b'{"code":0,"response":{"\xff":1}}',
    ],
    ids=lambda body: f"{body[:50]!r}{body[-10:]!r}",
)
def test_an_answer_without_a_sound_envelope_is_nonsense(body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        read(body)
