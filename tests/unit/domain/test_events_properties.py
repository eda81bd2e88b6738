"""Whatever order news comes in, the shop hears of each refund, and last how the order stands."""

from hypothesis import given
from hypothesis import strategies as st

from domain.events import Event, EventType
from domain.money import Money
from domain.order import Order, OrderStatus, Trigger
from domain.payment import Mode, Payment, PaymentKey
from domain.policy import Policy
from domain.settlement import settle
from domain.tasks import TaskKind
from tests.support.factories import a_key
from tests.support.strategies import NOW, evolutions, orders

TELLING = Policy(mode=Mode.LIVE, tells_shop=True)
REFUNDS = {
    EventType.ORDER_REFUNDED,
    EventType.ORDER_PARTIALLY_REFUNDED,
    EventType.PAYMENT_REFUNDED,
}
STATUS_EVENTS = {
    OrderStatus.PAID: "order.paid",
    OrderStatus.AWAITING_DEPOSIT: "order.awaiting_deposit",
    OrderStatus.REFUNDED: "order.refunded",
    OrderStatus.PARTIALLY_REFUNDED: "order.partially_refunded",
    OrderStatus.EXPIRED: "order.expired",
}


def cancelled_minor(payment: Payment | None) -> int:
    if payment is None:
        return 0
    assert isinstance(payment.cancelled, Money)
    return payment.cancelled.amount_minor


class Shop:
    """Settles what it is shown, and remembers what its backend was told of each payment."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.told: list[tuple[PaymentKey, Event]] = []
        self.refunds_seen: list[tuple[PaymentKey, int]] = []

    def sees(self, payment: Payment) -> None:
        known = self.order.payment(payment.key)
        decision = settle(self.order, payment, NOW, TELLING, trigger=Trigger.WEBHOOK)
        if cancelled_minor(payment) > cancelled_minor(known):
            self.refunds_seen.append((payment.key, cancelled_minor(payment)))
        self.order = decision.order
        news = [task for task in decision.tasks if task.kind is TaskKind.TELL_SHOP]
        self.told += [(task.key, Event.parse(task.detail)) for task in news]


@st.composite
def shown(draw: st.DrawFn, order: Order) -> list[Payment]:
    """What some payments of an order look like over time, woven together, with gaps."""
    stories = [
        draw(evolutions(order, a_key(f"imp_{number}"))) for number in range(draw(st.integers(1, 3)))
    ]
    woven: list[Payment] = []
    while any(stories):
        story = draw(st.sampled_from([each for each in stories if each]))
        snapshot = story.pop(0)
        if draw(st.booleans()) or not story:
            woven += [snapshot] * draw(st.integers(1, 2))
    return woven


@given(orders(), st.data())
def test_every_refund_is_told_once_with_how_much_there_was_until_then(
    order: Order, data: st.DataObject
) -> None:
    shop = Shop(order)
    for payment in data.draw(shown(order)):
        shop.sees(payment)

    told = [(key, event.refunded_minor) for key, event in shop.told if event.type in REFUNDS]
    assert [each for each in told if each in shop.refunds_seen] == shop.refunds_seen
    # Beside them the order may come to stand as refunded by what was told of a payment before.
    assert len(set(shop.refunds_seen)) == len(shop.refunds_seen)
    assert set(told) <= {*shop.refunds_seen, *((key, 0) for key, _ in shop.told)}


@given(orders(), st.data())
def test_the_last_word_on_the_order_is_how_it_stands(order: Order, data: st.DataObject) -> None:
    shop = Shop(order)
    for payment in data.draw(shown(order)):
        before = shop.order.status
        shop.sees(payment)
        if shop.order.status is before or shop.order.status is OrderStatus.PENDING:
            continue
        about_order = [event.type for _, event in shop.told if event.type.startswith("order.")]
        assert about_order[-1] == STATUS_EVENTS[shop.order.status]


@given(orders(), st.data())
def test_the_end_is_told_alike_in_any_order(order: Order, data: st.DataObject) -> None:
    """However the payments' stories are woven, the same money is told to be back."""
    stories = [data.draw(evolutions(order, a_key(f"imp_{number}"))) for number in range(2)]
    ends = []
    for first, second in (stories, stories[::-1]):
        shop = Shop(order)
        for payment in (*first, *second):
            shop.sees(payment)
        back = {key: event.refunded_minor for key, event in shop.told if event.type in REFUNDS}
        ends.append((shop.order.status, {key: each for key, each in back.items() if each}))

    assert ends[0] == ends[1]
