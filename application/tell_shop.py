"""Tell the shop: deliver the news of an order, again and again until it is accepted."""

from hashlib import sha256

from application.retry_schedule import MAX_ATTEMPTS_FOR_SHOP
from application.run_tasks import Done, GiveUp, TaskResult, TryLater
from domain.events import Event, EventType
from domain.money import Money
from domain.order import Order
from domain.tasks import Task
from ports.errors import ShopUnavailable
from ports.order_repository import OrderRepository
from ports.shop_channel import News, ShopChannel


class TellShop:
    """Handles `tellShop` tasks. The queue lends those of one order one after the other.

    With no shop to tell (its address was taken out of the settings) the news waits.
    """

    def __init__(self, orders: OrderRepository, shop: ShopChannel | None) -> None:
        self._orders = orders
        self._shop = shop

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is None:
            return GiveUp(why="orderNotFound")
        if self._shop is None:
            return TryLater(why="noShopChannel", max_attempts=MAX_ATTEMPTS_FOR_SHOP)
        try:
            await self._shop.tell(_news(order, task))
        except ShopUnavailable as error:
            return TryLater(why=error.code, max_attempts=MAX_ATTEMPTS_FOR_SHOP)
        return Done()


def _news(order: Order, task: Task) -> News:
    """The event as it was: made of the task, and of what never changes in the record."""
    event = Event.parse(task.detail)
    refunded = Money(amount_minor=event.refunded_minor, currency=order.amount.currency)
    # A surplus payment was verified: it is of the order's own amount.
    is_surplus = event.type is EventType.PAYMENT_SURPLUS
    return News(
        event_id=event_id(task),
        type=event.type,
        at=next(entry.at for entry in order.history if entry.version == event.version),
        order_id=order.order_id,
        key=task.key,
        amount=order.amount,
        refunded=refunded,
        late=event.late,
        surplus=order.amount.minus(refunded) if is_surplus else None,
    )


def event_id(task: Task) -> str:
    """The id under which the shop knows an event: the same on every try, and when sent again."""
    return f"evt_{sha256(task.task_id.encode()).hexdigest()[:32]}"
