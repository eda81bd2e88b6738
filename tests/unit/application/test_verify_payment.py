"""The settle rule: read, answer from the record or ask, decide, write if nobody else wrote."""

from dataclasses import replace

import pytest

from application.verify_payment import (
    MAX_TRIES,
    OrderNotFound,
    PaymentNotFound,
    Settled,
    TooManyQuestions,
    WrongToken,
)
from domain.errors import InvalidValue
from domain.order import OrderStatus, Trigger
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
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate
from tests.support.factories import (
    GATEWAY,
    ORDER_ID,
    a_key,
    a_payment,
    an_account,
    an_order,
    won,
)
from tests.support.shop import Shop, a_knock, settled_order

LIVE = Policy(mode=Mode.LIVE)
READ_ASK_WRITE = ["orders.find_by_id", "gateway.find_payment", "orders.save"]
READ_ONLY = ["orders.find_by_id"]
EVERY_TRIGGER = pytest.mark.parametrize("trigger", list(Trigger))
STRANGERS = {Trigger.BROWSER, Trigger.REDIRECT, Trigger.WEBHOOK}


def forged(field: str, expected: str, actual: str) -> Forged:
    return Forged(discrepancies=(Discrepancy(field=field, expected=expected, actual=actual),))


async def outcome_of(shop: Shop, trigger: Trigger = Trigger.BROWSER) -> VerificationOutcome:
    verdict = await shop.verify_payment(a_knock(trigger))
    assert isinstance(verdict, Settled)
    assert verdict.key == a_key()
    assert verdict.order == shop.order()
    return verdict.outcome


@EVERY_TRIGGER
@pytest.mark.parametrize(
    ("payment", "outcome", "status"),
    [
        (a_payment(), Paid(), OrderStatus.PAID),
        (
            a_payment(status=PaymentStatus.AWAITING_DEPOSIT),
            AwaitingDeposit(account=an_account()),
            OrderStatus.AWAITING_DEPOSIT,
        ),
        (a_payment(status=PaymentStatus.OPENED), Pending(), OrderStatus.PENDING),
        (a_payment(status=PaymentStatus.UNKNOWN), Pending(), OrderStatus.PENDING),
        (
            a_payment(status=PaymentStatus.FAILED, failure_reason="limit"),
            Failed(reason="limit"),
            OrderStatus.PENDING,
        ),
        (
            a_payment(status=PaymentStatus.CANCELLED),
            Cancelled(refunded=won(1000)),
            OrderStatus.REFUNDED,
        ),
        (
            a_payment(status=PaymentStatus.PARTIALLY_CANCELLED),
            Cancelled(refunded=won(500)),
            OrderStatus.PARTIALLY_REFUNDED,
        ),
        (
            a_payment(total=won(999)),
            forged("amount", "1000", "999"),
            OrderStatus.PENDING,
        ),
        (
            a_payment(order_id="order-0002"),
            forged("order_id", ORDER_ID, "order-0002"),
            OrderStatus.PENDING,
        ),
        (a_payment(mode=Mode.TEST), forged("mode", "live", "test"), OrderStatus.PENDING),
        (a_payment(mode=Mode.UNKNOWN), Pending(), OrderStatus.PENDING),
    ],
    ids=[
        "paid",
        "awaiting",
        "opened",
        "unknown",
        "failed",
        "cancelled",
        "cancelled in part",
        "wrong amount",
        "wrong order",
        "test mode",
        "unknown mode",
    ],
)
async def test_the_gateways_answer_is_settled(
    trigger: Trigger, payment: Payment, outcome: VerificationOutcome, status: OrderStatus
) -> None:
    shop = Shop()
    shop.keep(an_order())
    shop.gateway.put(payment)

    found = await outcome_of(shop, trigger)

    assert found == outcome
    assert shop.order().status is status
    assert [(e.trigger, e.outcome) for e in shop.order().history] == [(trigger, outcome.kind)]
    assert shop.asked == READ_ASK_WRITE


@EVERY_TRIGGER
async def test_a_second_paid_payment_is_surplus(trigger: Trigger) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(key=a_key("imp_first"))))
    shop.gateway.put(a_payment())

    assert await outcome_of(shop, trigger) == Surplus(
        key=a_key(), settled_by=a_key("imp_first"), refund=won(1000)
    )
    assert [record.task.detail for record in shop.tasks(TaskKind.ALERT_OPERATOR)] == ["surplus"]


@EVERY_TRIGGER
async def test_without_the_order_nobody_is_asked(trigger: Trigger) -> None:
    shop = Shop()
    shop.gateway.put(a_payment())

    assert await shop.verify_payment(a_knock(trigger)) == OrderNotFound()
    assert shop.asked == READ_ONLY


@EVERY_TRIGGER
async def test_a_payment_that_the_gateway_does_not_know_changes_nothing(trigger: Trigger) -> None:
    shop = Shop()
    shop.keep()

    assert await shop.verify_payment(a_knock(trigger)) == PaymentNotFound()
    assert shop.asked == READ_ASK_WRITE[:2]
    assert shop.order() == an_order()
    assert shop.store.tasks == {}


@EVERY_TRIGGER
@pytest.mark.parametrize("token", ["", "wrong", "token-0123456789abcdeF", "토큰", "\ud800", "\0"])
async def test_a_wrong_token_asks_nobody(trigger: Trigger, token: str) -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())

    assert await shop.verify_payment(a_knock(trigger, client_token=token)) == WrongToken()
    assert shop.asked == READ_ONLY


async def test_a_wrong_token_learns_nothing_from_the_record_either() -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment()))

    assert await shop.verify_payment(a_knock(client_token="wrong")) == WrongToken()


async def test_the_right_token_opens() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())

    verdict = await shop.verify_payment(a_knock(client_token=an_order().client_token))

    assert isinstance(verdict, Settled)
    assert verdict.outcome == Paid()


@EVERY_TRIGGER
@pytest.mark.parametrize("order_id", ["", "..", "a/b", "a" * 41, "a\n", "주문", "a b", "\ud800"])
async def test_a_hostile_order_id_reaches_no_port(trigger: Trigger, order_id: str) -> None:
    shop = Shop()

    with pytest.raises(InvalidValue, match="order_id"):
        await shop.verify_payment(a_knock(trigger, order_id=order_id))

    assert shop.asked == []


async def test_a_payment_of_an_unknown_gateway_reaches_no_port() -> None:
    shop = Shop()
    shop.keep()

    with pytest.raises(InvalidValue, match="gateway"):
        await shop.verify_payment(replace(a_knock(), key=a_key(gateway="portone-v9")))

    assert shop.asked == []


async def test_a_payment_id_that_the_gateway_cannot_have_reaches_no_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop()
    shop.keep()
    monkeypatch.setattr(shop.gateway, "is_payment_id", lambda text: text.startswith("imp_"))

    with pytest.raises(InvalidValue, match=f"payment_id: is not a payment id of {GATEWAY}"):
        await shop.verify_payment(a_knock(payment_id="pay_1"))

    assert shop.asked == []


# --- what the record answers for good ----------------------------------------


@pytest.mark.parametrize("claimed", [None, PaymentStatus.PAID])
async def test_a_paid_order_answers_from_the_record(claimed: PaymentStatus | None) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment()))

    verdict = await shop.verify_payment(a_knock(claimed=claimed))

    assert verdict == Settled(order=shop.order(), key=a_key(), outcome=Paid())
    assert shop.asked == READ_ONLY


@pytest.mark.parametrize(
    "claimed", [None, *(each for each in PaymentStatus if each != PaymentStatus.UNKNOWN)]
)
async def test_a_fully_cancelled_payment_answers_from_the_record_whatever_is_claimed(
    claimed: PaymentStatus | None,
) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(), a_payment(status=PaymentStatus.CANCELLED)))

    verdict = await shop.verify_payment(a_knock(claimed=claimed))

    assert isinstance(verdict, Settled)
    assert verdict.outcome == Cancelled(refunded=won(1000))
    assert shop.asked == READ_ONLY


@pytest.mark.parametrize("claimed", sorted(set(PaymentStatus) - {PaymentStatus.PAID}))
async def test_a_claim_of_something_newer_asks_again(claimed: PaymentStatus) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment()))
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    verdict = await shop.verify_payment(a_knock(Trigger.WEBHOOK, claimed=claimed))

    assert isinstance(verdict, Settled)
    assert verdict.outcome == Cancelled(refunded=won(1000))
    assert shop.order().status is OrderStatus.REFUNDED


async def test_a_false_claim_changes_nothing() -> None:
    shop = Shop()
    order = settled_order(a_payment())
    shop.keep(order)
    shop.gateway.put(a_payment())

    verdict = await shop.verify_payment(a_knock(claimed=PaymentStatus.CANCELLED))

    assert isinstance(verdict, Settled)
    assert verdict.outcome == Paid()
    assert shop.order() is order
    assert shop.asked == READ_ASK_WRITE[:2]


@pytest.mark.parametrize(
    "status",
    sorted(set(PaymentStatus) - {PaymentStatus.PAID, PaymentStatus.CANCELLED}),
)
async def test_what_is_not_final_asks_again(status: PaymentStatus) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(status=status)))
    shop.gateway.put(a_payment(status=status))

    await shop.verify_payment(a_knock())

    assert shop.asked == READ_ASK_WRITE[:2]


async def test_a_surplus_payment_asks_again() -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(key=a_key("imp_first")), a_payment()))
    shop.gateway.put(a_payment())

    assert await outcome_of(shop) == Surplus(
        key=a_key(), settled_by=a_key("imp_first"), refund=won(1000)
    )
    assert shop.asked == READ_ASK_WRITE[:2]


# --- somebody else writes meanwhile --------------------------------------------


async def test_after_a_lost_race_it_reads_and_asks_anew() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))
    newer = a_payment(key=a_key("imp_other"), status=PaymentStatus.FAILED)

    async def another_writes(_payment_id: str) -> None:
        shop.keep(settled_order(newer))
        shop.gateway.put(a_payment())

    shop.gateway.before_answer = another_writes

    assert await outcome_of(shop) == Paid()
    assert shop.asked == READ_ASK_WRITE * 2
    assert [payment.key for payment in shop.order().payments] == [a_key("imp_other"), a_key()]


async def test_the_winner_of_the_race_may_have_settled_it() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())

    async def another_settles(_payment_id: str) -> None:
        shop.keep(settled_order(a_payment()))

    shop.gateway.before_answer = another_settles

    assert await outcome_of(shop) == Paid()
    assert shop.asked == [*READ_ASK_WRITE, *READ_ONLY]
    assert len(shop.order().history) == 1


async def test_tries_are_bounded_and_then_looked_at_later() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())

    async def another_writes(_payment_id: str) -> None:
        shop.keep(replace(shop.order(), version=shop.order().version + 1))

    shop.gateway.before_answer = another_writes

    with pytest.raises(ConcurrentUpdate, match="too-many-tries"):
        await shop.verify_payment(a_knock())

    assert shop.asked == [*READ_ASK_WRITE * MAX_TRIES, "tasks.put"]
    assert shop.states() == ["waiting"]


# --- bound to another order ----------------------------------------------------


@EVERY_TRIGGER
async def test_a_payment_bound_to_another_order_is_a_forgery(trigger: Trigger) -> None:
    shop = Shop()
    shop.keep()
    shop.store.bindings[a_key()] = "order-0002"
    shop.gateway.put(a_payment())

    outcome = await outcome_of(shop, trigger)

    assert outcome == forged("order_id", ORDER_ID, "order-0002")
    assert shop.order().status is OrderStatus.PENDING
    assert shop.order().payments == ()
    assert [entry.outcome for entry in shop.order().history] == ["forged"]
    assert shop.store.bindings == {a_key(): "order-0002"}
    assert [record.task.detail for record in shop.tasks(TaskKind.ALERT_OPERATOR)] == ["forgedPaid"]
    assert len(shop.store.tasks) == 1


async def test_the_same_theft_again_is_recorded_once() -> None:
    shop = Shop()
    shop.keep()
    shop.store.bindings[a_key()] = "order-0002"
    shop.gateway.put(a_payment())

    outcomes = [await outcome_of(shop) for _ in range(3)]

    assert outcomes == [forged("order_id", ORDER_ID, "order-0002")] * 3
    assert shop.order().version == 1


async def test_a_binding_that_went_away_is_still_no_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop()
    shop.keep()
    shop.store.bindings[a_key()] = "order-0002"
    shop.gateway.put(a_payment())

    async def nobody(_key: object) -> None:
        return None

    monkeypatch.setattr(shop.orders, "find_order_id_by_payment", nobody, raising=False)

    assert await outcome_of(shop) == forged("order_id", ORDER_ID, "another order")


async def test_losing_the_race_while_refusing_begins_anew() -> None:
    shop = Shop()
    shop.keep()
    shop.store.bindings[a_key()] = "order-0002"
    shop.gateway.put(a_payment())
    shop.faults.fail("save", ConcurrentUpdate("version-changed"), nth=2)

    assert await outcome_of(shop) == forged("order_id", ORDER_ID, "order-0002")
    assert shop.order().version == 1
    assert shop.asked.count("gateway.find_payment") == 2


# --- the budget ------------------------------------------------------------------


@EVERY_TRIGGER
async def test_only_strangers_have_a_budget(trigger: Trigger) -> None:
    shop = Shop(questions_per_window=2)
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))

    verdicts = [await shop.verify_payment(a_knock(trigger)) for _ in range(5)]

    refused = sum(isinstance(verdict, TooManyQuestions) for verdict in verdicts)
    assert refused == (3 if trigger in STRANGERS else 0)
    assert shop.gateway.questions[a_key().payment_id] == 5 - refused


async def test_the_wait_is_told_and_over_after_it() -> None:
    shop = Shop(questions_per_window=1)
    shop.keep()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))
    await shop.verify_payment(a_knock())
    shop.clock.advance(4.0)

    refused = await shop.verify_payment(a_knock())
    shop.clock.advance(6.0)
    allowed = await shop.verify_payment(a_knock())

    assert refused == TooManyQuestions(retry_after_s=6.0)
    assert isinstance(allowed, Settled)


async def test_answers_from_the_record_cost_no_question() -> None:
    shop = Shop(questions_per_window=1)
    shop.keep(settled_order(a_payment()))

    verdicts = [await shop.verify_payment(a_knock()) for _ in range(10)]

    assert all(isinstance(verdict, Settled) for verdict in verdicts)


async def test_wrong_tokens_and_unknown_orders_use_up_nobodys_budget() -> None:
    shop = Shop(questions_per_window=1)
    shop.keep()
    shop.gateway.put(a_payment())
    for _ in range(5):
        await shop.verify_payment(a_knock(client_token="wrong"))
        await shop.verify_payment(a_knock(order_id="order-9999"))

    assert await outcome_of(shop) == Paid()
