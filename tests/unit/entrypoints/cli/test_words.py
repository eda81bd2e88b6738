"""What people read at a terminal: every verdict, and every failure with its exit code."""

from datetime import UTC, datetime

import pytest

from application.verify_payment import (
    OrderNotFound,
    PaymentNotFound,
    Settled,
    TooManyQuestions,
    Verdict,
    WrongToken,
)
from domain.outcome import (
    AwaitingDeposit,
    Cancelled,
    Discrepancy,
    Failed,
    Forged,
    Paid,
    Pending,
    Surplus,
    VerificationOutcome,
)
from domain.virtual_account import VirtualAccount
from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.cli.verify import exit_for
from entrypoints.cli.words import say_verdict
from ports import errors
from tests.support.factories import a_key, an_order, won

ACCOUNT = VirtualAccount(
    bank_code="004", bank_name=None, number="123-456", holder="가게", due_at=None
)
DATED = VirtualAccount(
    bank_code=None,
    bank_name="국민은행",
    number="123-456",
    holder=None,
    due_at=datetime(2026, 3, 5, 15, 0, tzinfo=UTC),
)
FORGED = Forged(discrepancies=(Discrepancy(field="amount", expected="1000", actual="1"),))


@pytest.mark.parametrize(
    ("outcome", "words", "ending"),
    [
        (Paid(), ["paid, and every field agrees"], Exit.DONE),
        (
            AwaitingDeposit(account=ACCOUNT),
            ["virtual account issued", "  transfer to 004 123-456, no deadline told"],
            Exit.DONE,
        ),
        (
            AwaitingDeposit(account=DATED),
            ["virtual account issued", "  transfer to 국민은행 123-456, 2026-03-05 15:00 UTC"],
            Exit.DONE,
        ),
        (
            Pending(),
            ["not known yet: open, or in a state that proves nothing"],
            Exit.NOT_KNOWN_YET,
        ),
        (Failed(reason="한도 초과"), ["failed (한도 초과)"], Exit.REFUSED),
        (Failed(), ["failed (no reason told)"], Exit.REFUSED),
        (Cancelled(refunded=won(300)), ["cancelled: 300 KRW given back"], Exit.REFUSED),
        (
            Surplus(key=a_key("imp_1"), settled_by=a_key("imp_9"), refund=won(1000)),
            [
                "paid, but portone-v1/imp_9 has settled this order: one of them is too much",
                "  giving 1000 KRW back to portone-v1/imp_1 would cure it",
            ],
            Exit.REFUSED,
        ),
        (FORGED, ["forged", "  amount: expected 1000, the gateway says 1"], Exit.REFUSED),
    ],
)
def test_each_outcome_is_said_and_ends_in_its_code(
    outcome: VerificationOutcome, words: list[str], ending: Exit
) -> None:
    settled = Settled(order=an_order(), key=a_key("imp_1"), outcome=outcome)

    first, *more = say_verdict(settled)

    assert first == f"portone-v1/imp_1 for order order-0001 (1000 KRW): {words[0]}"
    assert more == words[1:]
    assert exit_for(settled) is ending


@pytest.mark.parametrize(
    ("verdict", "words", "ending"),
    [
        (OrderNotFound(), "no such order: register it first, by POST /orders", Exit.REFUSED),
        (
            PaymentNotFound(),
            "the gateway does not know this payment (or it is of another mode or account)",
            Exit.REFUSED,
        ),
        (WrongToken(), "the client token is not this order's", Exit.REFUSED),
        (
            TooManyQuestions(retry_after_s=3.2),
            "asked too often: try again in 3 s",
            Exit.NOT_KNOWN_YET,
        ),
    ],
)
def test_each_other_verdict_is_said_and_ends_in_its_code(
    verdict: Verdict, words: str, ending: Exit
) -> None:
    assert say_verdict(verdict) == [words]
    assert exit_for(verdict) is ending


@pytest.mark.parametrize(
    ("error", "ending", "words"),
    [
        (errors.GatewayRefused("http-401"), Exit.USAGE, "refuses our credentials"),
        (errors.GatewayUnavailable("timeout"), Exit.NOT_KNOWN_YET, "is out of reach"),
        (errors.GatewayProtocolError("json"), Exit.NOT_KNOWN_YET, "makes no sense"),
        (
            errors.RepositoryRefused("databaseUnauthorised"),
            Exit.USAGE,
            "database refuses our credentials",
        ),
        (errors.RepositoryUnavailable("diskFull"), Exit.NOT_KNOWN_YET, "database is out of reach"),
        (errors.ConcurrentUpdate("too-many-tries"), Exit.NOT_KNOWN_YET, "not known yet"),
    ],
)
def test_each_failure_is_one_line_with_its_code(
    error: errors.PortError, ending: Exit, words: str
) -> None:
    exit_code, sentence = explain_failure(error)

    assert exit_code is ending
    assert words in sentence
    assert sentence.endswith(f"({error.code})")
    assert "\n" not in sentence


def test_a_damaged_record_is_named_by_its_place() -> None:
    error = errors.RecordCorrupt("badStatus", order_id="order-7", field="status")

    exit_code, sentence = explain_failure(error)

    assert exit_code is Exit.NOT_KNOWN_YET
    assert sentence.endswith("(badStatus, order-7, status)")
