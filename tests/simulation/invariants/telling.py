"""I4 and I8: everybody is told what stands in the record, once, in order, and nothing private."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, starmap

import msgspec

from application.tell_shop import event_id
from domain.events import Event, EventType
from domain.money import Money
from domain.order import HistoryEntry, Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.tasks import AlertReason, TaskKind
from ports.notifier import AccountNotice, OperatorAlert
from tests.simulation.purchase import REFUND_ACCOUNT
from tests.simulation.world import World

_NEWS_OF_STATUS = {
    OrderStatus.PAID: EventType.ORDER_PAID,
    OrderStatus.AWAITING_DEPOSIT: EventType.ORDER_AWAITING_DEPOSIT,
    OrderStatus.REFUNDED: EventType.ORDER_REFUNDED,
    OrderStatus.PARTIALLY_REFUNDED: EventType.ORDER_PARTIALLY_REFUNDED,
    OrderStatus.EXPIRED: EventType.ORDER_EXPIRED,
}
# Order, version, type and id.
_News = tuple[str, int, str, str]
# A forgery that holds real money is told with more urgency.
_URGENT = AlertReason.FORGED_PAID
_HOLDS = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED)


@dataclass(frozen=True, slots=True)
class News:
    """What was told, in the order of its coming, and what must be told of each version."""

    told: list[_News]
    due: dict[str, list[list[EventType]]]


def check(world: World) -> None:
    chains = world.ledger.chains
    due = {order_id: [[], *_news_of_each(chain)] for order_id, chain in chains.items()}
    news = News(_told_news(world), due)
    for invariant, promise in AT_REST.items():
        for complaint in promise(world, news):
            world.ledger.report(invariant, complaint)


def shop_is_told_all(_world: World, news: News) -> Iterator[str]:
    seen = {(order_id, version, type_) for order_id, version, type_, _ in news.told}
    for order_id, of_versions in news.due.items():
        for version, types in enumerate(of_versions):
            for type_ in types:
                if (order_id, version, type_) not in seen:
                    yield f"{type_} of {order_id} v{version} was not told"


def shop_is_told_the_truth(world: World, news: News) -> Iterator[str]:
    """Each piece of news is that of a version in the record, and comes with one id."""
    ids: dict[tuple[str, int, str], str] = {}
    if len(news.told) != len(world.ledger.news):
        yield "news came that no version made"
    for order_id, version, type_, news_id in news.told:
        if ids.setdefault((order_id, version, type_), news_id) != news_id:
            yield f"{type_} of {order_id} v{version} has two ids"
        due = news.due.get(order_id, ())
        if version >= len(due):
            yield f"{type_} of {order_id} v{version}, which was never written"
            continue
        is_again = type_ in (EventType.ORDER_PARTIALLY_REFUNDED, EventType.ORDER_AWAITING_DEPOSIT)
        if type_ not in due[version] and not is_again:
            yield f"{type_} of {order_id} v{version} did not happen"


def shop_is_told_in_order(world: World, news: News) -> Iterator[str]:
    latest: dict[str, tuple[int, str]] = {}
    seen: set[str] = set()
    for order_id, version, type_, news_id in news.told:
        if news_id in seen or order_id in world.ledger.orders_with_parked:
            continue
        seen.add(news_id)
        if version < latest.get(order_id, (0, ""))[0]:
            yield f"{type_} of {order_id} v{version} came after {latest[order_id]}"
        latest[order_id] = (version, type_)


def operator_is_alerted(world: World, news: News) -> Iterator[str]:
    alerts: dict[tuple[str, PaymentKey, str, str | None], str] = {}
    for notice in world.ledger.notices:
        if isinstance(notice, OperatorAlert):
            about = (notice.order_id, notice.key, notice.reason, notice.refund_id)
            if alerts.setdefault(about, notice.message_id) != notice.message_id:
                yield f"{notice.reason} of {notice.order_id} has two ids"
    for order_id, chain in world.ledger.chains.items():
        for after, types in zip(chain, news.due[order_id], strict=True):
            key = after.history[-1].key if after.history else None
            for type_, reason in (
                (EventType.PAYMENT_FORGED, AlertReason.FORGED),
                (EventType.PAYMENT_SURPLUS, AlertReason.SURPLUS),
            ):
                if key is None or type_ not in types or (order_id, key, reason, None) in alerts:
                    continue
                if reason is not AlertReason.FORGED or (order_id, key, _URGENT, None) not in alerts:
                    yield f"nobody was alerted of {reason} {key.payment_id} for {order_id}"


def buyer_is_told_the_account(world: World, _news: News) -> Iterator[str]:
    notices = [each for each in world.ledger.notices if isinstance(each, AccountNotice)]
    told = {(notice.order_id, notice.account.number) for notice in notices}
    ids: dict[tuple[str, str], str] = {}
    for notice in notices:
        # Every payment of one order may be given the same number: then the ids differ.
        key = (notice.message_id.rpartition("/")[0], notice.account.number)
        if ids.setdefault(key, notice.message_id) != notice.message_id:
            yield f"two messages tell one account of {notice.order_id}"
    for order_id, chain in world.ledger.chains.items():
        order = chain[-1]
        if order.customer is None or order.customer.phone is None or _was_ever_settled(chain):
            continue
        for payment in order.payments:
            number = _awaited(payment)
            if number is not None and (order_id, number) not in told:
                yield f"the buyer of {order_id} was not told {number}"


def told_twice_only_if_a_reply_was_lost(world: World, _news: News) -> Iterator[str]:
    ledger = world.ledger
    if ledger.were_clocks_wrong:
        return
    for message_id, times in ledger.accepted.items():
        excused = ledger.excuses[message_id]
        if message_id.startswith("stray/"):
            # Of strays the record itself says whether they were told: a death may come before.
            excused += ledger.deaths
        if message_id.endswith(f"/{AlertReason.REFUND_NEEDS_PERSON}"):
            # What came too much and wrongly too: each cause has a person told.
            excused += max(0, len(_causes(world, message_id)) - 1)
        if times > 1 + excused:
            yield f"{message_id} was accepted {times} times, {ledger.excuses[message_id]} excused"


def _causes(world: World, message_id: str) -> list[str]:
    """The tasks to give that payment back unasked."""
    _, order_id, gateway, payment_id, _ = message_id.split("/")
    of_payment = f"{TaskKind.AUTO_REFUND}/{order_id}/{gateway}/{payment_id}/"
    return [task_id for task_id in world.store.tasks if task_id.startswith(of_payment)]


def nothing_private_is_shown(world: World, _news: News) -> Iterator[str]:
    """No phone or token in a log line or in what the operator and the shop are told."""
    private = {"token-", REFUND_ACCOUNT.number, REFUND_ACCOUNT.holder}
    for chain in world.ledger.chains.values():
        customer = chain[0].customer
        if customer is not None and customer.phone is not None:
            private |= {customer.phone, customer.phone.replace("-", "")}
    notices = world.ledger.notices
    alerts = [each for each in notices if isinstance(each, OperatorAlert)]
    lines = [
        *world.ledger.log_lines,
        msgspec.json.encode([*world.ledger.news, *alerts]).decode(),
        *(each.text for each in notices if isinstance(each, AccountNotice)),
    ]
    shown = "\n".join(lines)
    for secret in sorted(private):
        if secret in shown:
            yield f"a secret or a phone, {secret}, is shown: {shown}"


AT_REST = {
    "I4 the shop is told all": shop_is_told_all,
    "I4 the shop is told the truth": shop_is_told_the_truth,
    "I4 the shop is told in order": shop_is_told_in_order,
    "I4 the operator is alerted": operator_is_alerted,
    "I4 the buyer is told the account": buyer_is_told_the_account,
    "I4 told once": told_twice_only_if_a_reply_was_lost,
    "I8 nothing private is shown": nothing_private_is_shown,
}


def _told_news(world: World) -> list[_News]:
    """All news in the order of their coming."""
    by_id = {
        event_id(record.task): record.task
        for record in world.store.tasks.values()
        if record.task.kind is TaskKind.TELL_SHOP
    }
    told = []
    for news in world.ledger.news:
        task = by_id.get(news.event_id)
        if task is not None:
            version = Event.parse(task.detail).version
            told.append((news.order_id, version, str(news.type), news.event_id))
    return told


def _news_of_each(chain: list[Order]) -> Iterator[list[EventType]]:
    return starmap(_news_of, pairwise(chain))


def _news_of(before: Order, after: Order) -> list[EventType]:
    """What must be told of a version, worked out anew from the promise."""
    if not after.history:
        return []
    entry = after.history[-1]
    if _denies_money(before, entry):
        return [EventType.PAYMENT_TAKEN_BACK]
    if entry.outcome is OutcomeKind.FORGED:
        return [EventType.PAYMENT_FORGED]
    payment, known = after.payment(entry.key), before.payment(entry.key)
    if payment is None or payment is known:
        return []
    about_order = []
    if after.status is not before.status and after.status in _NEWS_OF_STATUS:
        about_order = [_NEWS_OF_STATUS[after.status]]
    return [*_news_of_payment(after, payment, known, about_order), *about_order]


def _news_of_payment(
    after: Order, payment: Payment, known: Payment | None, about_order: list[EventType]
) -> list[EventType]:
    news = []
    had_failed = known is not None and known.status is PaymentStatus.FAILED
    if payment.status is PaymentStatus.FAILED and not had_failed:
        news.append(EventType.PAYMENT_FAILED)
    held = known is not None and known.status in _HOLDS
    if payment.status in _HOLDS and not held and after.settled_by != payment.key:
        news.append(EventType.PAYMENT_SURPLUS)
    refunds = {EventType.ORDER_REFUNDED, EventType.ORDER_PARTIALLY_REFUNDED}
    if _given_back(payment) > _given_back(known) and not refunds.intersection(about_order):
        # Of the order as a whole that may be no news: each refund is told all the same.
        is_partly = after.status is OrderStatus.PARTIALLY_REFUNDED
        again = EventType.ORDER_PARTIALLY_REFUNDED
        news.append(again if is_partly else EventType.PAYMENT_REFUNDED)
    return news


def _denies_money(before: Order, entry: HistoryEntry) -> bool:
    """Whether the gateway, which said that money came in, now says that none did."""
    known = before.payment(entry.key)
    never_paid = (PaymentStatus.OPENED, PaymentStatus.AWAITING_DEPOSIT, PaymentStatus.FAILED)
    is_set_aside = entry.outcome in (OutcomeKind.PENDING, OutcomeKind.CANCELLED)
    is_taken_back = is_set_aside and entry.payment_status in never_paid
    return is_taken_back and known is not None and known.status in _HOLDS


def _given_back(payment: Payment | None) -> int:
    cancelled = None if payment is None else payment.cancelled
    return cancelled.amount_minor if isinstance(cancelled, Money) else 0


def _was_ever_settled(chain: list[Order]) -> bool:
    return any(order.settled_by is not None for order in chain)


def _awaited(payment: Payment) -> str | None:
    account = payment.virtual_account
    is_open = payment.status is PaymentStatus.AWAITING_DEPOSIT and not payment.lapsed
    return account.number if is_open and account is not None else None
