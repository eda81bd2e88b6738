"""Requesting and carrying out refunds, cut at every call of every port: given back exactly once.

Each call is cut before or after its effect; by an error, as when a reply is lost, or by the death
of the process. Then the client asks again, under the same key, and the worker goes on.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import pytest

from application.request_refund import NotRefundable, RefundRecorded
from domain.history_audit import first_break
from domain.money import Money
from domain.order import Order
from domain.order_moves import status_of
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.refund import RefundStatus, Requester
from domain.refund_request import RefundRequest
from ports.errors import GatewayUnavailable, PortError, RepositoryUnavailable
from tests.support.factories import ORDER_ID, a_key, a_payment, an_entry, an_order, evidence, won
from tests.support.shop import Shop, a_knock

PAID = a_payment()
SECOND = a_payment(key=a_key("imp_second"))
FORGED = a_payment(key=a_key("imp_forged"), total=won(4))
# Thousands of runs, of lines that other tests cover.
pytestmark = pytest.mark.no_cover


class Death(BaseException):
    """The process dies here."""


@dataclass(frozen=True)
class Cut:
    """At the `at`th moment; each call has two, before and after. `is_death` or else an error."""

    at: int
    is_death: bool


def a_request(idempotency_key: str, number: int | None, key: PaymentKey) -> RefundRequest:
    return RefundRequest(
        order_id=ORDER_ID,
        key=key,
        number=number,
        reason="changed mind",
        requested_by=Requester.SHOP,
        idempotency_key=idempotency_key,
    )


@dataclass(frozen=True)
class Scenario:
    """What is asked for, and what happens in the gateway's console when its desk is first asked."""

    requests: tuple[RefundRequest, ...]
    in_console: int = 0
    payments: tuple[Payment, ...] = (PAID,)

    def order(self) -> Order:
        entries = (an_entry(), an_entry(version=2, key=FORGED.key, outcome=OutcomeKind.FORGED))
        return an_order(
            payments=self.payments,
            settled_by=PAID.key,
            status=status_of(self.payments),
            version=2,
            history=entries,
        )


SCENARIOS = {
    "one in part": Scenario((a_request("1", 300, PAID.key),)),
    "all": Scenario((a_request("1", None, PAID.key),)),
    "two at once": Scenario((a_request("1", 300, PAID.key), a_request("2", 700, PAID.key))),
    "more than there is": Scenario((a_request("1", 600, PAID.key), a_request("2", 600, PAID.key))),
    "of two payments": Scenario(
        (a_request("1", 400, PAID.key), a_request("2", None, SECOND.key)), payments=(PAID, SECOND)
    ),
    "beside the console": Scenario((a_request("1", 300, PAID.key),), in_console=200),
    "against the console": Scenario((a_request("1", 900, PAID.key),), in_console=200),
    "of a forgery": Scenario((a_request("1", None, FORGED.key),)),
}


class Run:
    """One scenario with its cuts; `moments` counts how many there were to cut at."""

    def __init__(self, scenario: Scenario, cuts: tuple[Cut, ...] = ()) -> None:
        self.scenario = scenario
        self.cuts = {cut.at: cut for cut in cuts}
        self.moments = 0
        self.console_is_due = scenario.in_console > 0
        self.shop = Shop(around=self._moment)
        self.shop.keep(scenario.order())
        for payment in (*scenario.payments, FORGED):
            self.shop.gateway.put(payment)

    async def _moment(self, call: str) -> None:
        if call == "desk.refund" and self.console_is_due:
            self.console_is_due = False
            self._refund_in_console()
        cut = self.cuts.pop(self.moments, None)
        self.moments += 1
        if cut is not None:
            raise Death if cut.is_death else _error_of(call)

    def _refund_in_console(self) -> None:
        payment = self.shop.gateway._payments[PAID.key.payment_id]
        after = replace(
            payment,
            status=PaymentStatus.PARTIALLY_CANCELLED,
            cancelled=won(_minor(payment) + self.scenario.in_console),
            evidence=evidence("by hand"),
        )
        self.shop.gateway.put(after)

    async def to_rest(self) -> None:
        for request in self.scenario.requests:
            await self._insist(partial(self.shop.request_refund, request))
        await self._insist(self.shop.work_to_rest)

    async def _insist(self, attempt: Callable[[], Awaitable[object]]) -> None:
        """Tries again after each cut, as a client with its key and a restarted worker do."""
        for _ in range(len(self.cuts) + 1):
            try:
                answer = await attempt()
            except (Death, PortError):
                continue
            assert answer is None or isinstance(answer, RefundRecorded | NotRefundable)
            return
        raise AssertionError("there were more failures than cuts")

    def check(self) -> None:
        shop = self.shop
        order, gateway = shop.order(), shop.gateway
        by_refund = Counter(each.refund_id for each in gateway.refunds)
        assert set(by_refund.values()) <= {1}, "a refund was given twice"
        for payment in (*self.scenario.payments, FORGED):
            now = gateway._payments[payment.key.payment_id]
            assert isinstance(now.total, Money)
            assert _minor(now) <= now.total.amount_minor
            known = order.payment(payment.key)
            assert known is None or known.cancelled == now.cancelled
        assert all(each.is_over for each in order.refunds)
        done = {each.refund_id for each in order.refunds if each.status is RefundStatus.DONE}
        assert done == set(by_refund)
        assert order.status is status_of(order.payments)
        assert [entry.version for entry in order.history] == list(range(1, order.version + 1))
        assert first_break(order) is None
        assert set(shop.states()) <= {"done"}


def _minor(payment: Payment) -> int:
    assert isinstance(payment.cancelled, Money)
    return payment.cancelled.amount_minor


def _error_of(call: str) -> PortError:
    is_gateway = call.startswith(("gateway", "desk"))
    return GatewayUnavailable("cut") if is_gateway else RepositoryUnavailable("cut")


def carried_out(scenario: Scenario, *cuts: Cut) -> Run:
    run = Run(scenario, cuts)
    asyncio.run(run.to_rest())
    run.check()
    return run


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("is_death", [False, True], ids=["error", "death"])
def test_one_cut_anywhere(name: str, is_death: bool) -> None:
    moments = carried_out(SCENARIOS[name]).moments
    assert moments >= 16

    for at in range(moments):
        run = carried_out(SCENARIOS[name], Cut(at, is_death))
        assert run.cuts == {}, "the cut was not reached"


@pytest.mark.parametrize("name", ["one in part", "two at once", "beside the console"])
def test_two_cuts_anywhere(name: str) -> None:
    moments = carried_out(SCENARIOS[name]).moments

    for first, second in combinations(range(moments + 8), 2):
        # Errors and deaths take turns, so that all four pairs come about.
        kinds = (first % 2 == 0, (first + second) % 4 < 2)
        carried_out(SCENARIOS[name], Cut(first, kinds[0]), Cut(second, kinds[1]))


class AutoRun(Run):
    """A payment too many and a forgery, seen for the first time; the policy cures both."""

    def __init__(self, cuts: tuple[Cut, ...] = ()) -> None:
        policy = Policy(mode=Mode.LIVE, refunds_surplus=True, refunds_forged=True)
        self.scenario = Scenario((), payments=(PAID, SECOND))
        self.cuts = {cut.at: cut for cut in cuts}
        self.moments = 0
        self.console_is_due = False
        self.shop = Shop(policy=policy, around=self._moment)
        self.shop.keep()
        for payment in (PAID, SECOND, FORGED):
            self.shop.gateway.put(payment)

    async def to_rest(self) -> None:
        for payment in (PAID, SECOND, FORGED):
            knock = a_knock(payment_id=payment.key.payment_id)
            await self._insist(partial(self.shop.receive_webhook, knock))
        await self._insist(self.shop.work_to_rest)

    def check(self) -> None:
        super().check()
        given = {each.payment_id: each.amount.amount_minor for each in self.shop.gateway.refunds}
        settler = self.shop.order().settled_by
        # Whichever was seen second, after a cut perhaps the one that was paid first.
        (surplus,) = {PAID.key, SECOND.key} - {settler}
        assert given == {surplus.payment_id: 1000, "imp_forged": 4}
        taken = sum(sum(day.values()) for day in self.shop.store.allowances.values())
        assert taken == 1004


@pytest.mark.parametrize("is_death", [False, True], ids=["error", "death"])
def test_one_cut_anywhere_in_what_the_policy_does(is_death: bool) -> None:
    whole = AutoRun()
    asyncio.run(whole.to_rest())
    whole.check()

    for at in range(whole.moments):
        run = AutoRun((Cut(at, is_death),))
        asyncio.run(run.to_rest())
        run.check()
        assert run.cuts == {}, "the cut was not reached"


def test_the_scenarios_end_as_they_are_named() -> None:
    given = {
        name: sorted(
            each.amount.amount_minor for each in carried_out(scenario).shop.gateway.refunds
        )
        for name, scenario in SCENARIOS.items()
    }

    assert given == {
        "one in part": [300],
        "all": [1000],
        "two at once": [300, 700],
        "more than there is": [600],
        "of two payments": [400, 1000],
        "beside the console": [],
        "against the console": [],
        "of a forgery": [4],
    }
