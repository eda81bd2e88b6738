"""What holds for every story: any payments, in any order, told any number of times."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from domain.order import Order, Trigger
from domain.order_moves import ORDER_MOVES, status_of
from domain.payment import Mode, Payment, PaymentKey
from domain.policy import Policy
from domain.settlement import settle
from tests.support.factories import a_key
from tests.support.strategies import NOW, as_kept, evolutions, orders, payments

LIVE = Policy(mode=Mode.LIVE)


class Gateway:
    """Shows each payment at some point of its story; time only goes forward."""

    def __init__(self, stories: dict[PaymentKey, list[Payment]]) -> None:
        self.stories = stories
        self.at = dict.fromkeys(stories, -1)

    def advance(self, key: PaymentKey, steps: int) -> None:
        self.at[key] = min(max(self.at[key], 0) + steps, len(self.stories[key]) - 1)

    def show(self, key: PaymentKey) -> Payment:
        return self.stories[key][self.at[key]]


def told(order: Order, snapshots: Iterable[Payment]) -> Order:
    for snapshot in snapshots:
        order = settle(order, snapshot, NOW, LIVE, trigger=Trigger.RECONCILE).order
    return order


@st.composite
def gateways(draw: st.DrawFn, order: Order) -> Gateway:
    keys = [a_key(f"imp_{number}") for number in range(draw(st.integers(1, 4)))]
    return Gateway({key: draw(evolutions(order, key)) for key in keys})


@given(orders(), st.data())
def test_the_end_does_not_depend_on_the_order_of_arrival(order: Order, data: st.DataObject) -> None:
    gateway = data.draw(gateways(order))
    finals = [story[-1] for story in gateway.stories.values()]
    reference = told(order, finals)
    knocks = data.draw(
        st.lists(st.tuples(st.sampled_from(list(gateway.stories)), st.integers(0, 2)), max_size=12)
    )

    settled = order
    for key, steps in knocks:
        gateway.advance(key, steps)
        settled = told(settled, [gateway.show(key)])
    settled = told(settled, data.draw(st.permutations(finals)))

    assert settled.status is reference.status
    assert set(settled.payments) == set(reference.payments) == set(map(as_kept, finals))
    if sum(payment.holds_money for payment in finals) <= 1:
        assert settled.settled_by == reference.settled_by
    else:
        assert {settled.settled_by, reference.settled_by} <= {
            payment.key for payment in finals if payment.holds_money
        }


@given(orders(), st.data())
def test_a_story_told_twice_is_told_once(order: Order, data: st.DataObject) -> None:
    gateway = data.draw(gateways(order))
    settled = told(order, [story[-1] for story in gateway.stories.values()])

    again = told(settled, [story[-1] for story in gateway.stories.values()])

    assert again is settled


@given(orders(), st.data())
def test_no_snapshots_lead_an_order_along_an_illegal_edge(
    order: Order, data: st.DataObject
) -> None:
    keys = [a_key("imp_1"), a_key("imp_2"), a_key("imp_3")]
    snapshots = data.draw(
        st.lists(st.sampled_from(keys).flatmap(lambda key: payments(order, key=key)), max_size=10)
    )

    for snapshot in snapshots:
        later = told(order, [snapshot])
        assert later.status is order.status or later.status in ORDER_MOVES[order.status]
        assert later.status is status_of(later.payments)
        order = later


@given(orders(), st.data())
def test_the_status_and_the_settler_follow_from_the_payments(
    order: Order, data: st.DataObject
) -> None:
    gateway = data.draw(gateways(order))
    settled = told(order, [step for story in gateway.stories.values() for step in story])
    holding = [payment.key for payment in settled.payments if payment.holds_money]

    assert settled.status is status_of(settled.payments)
    assert (settled.settled_by in holding) if holding else (settled.settled_by is None)
