"""Every order is audited once, page by page, and one digest stands for all of them at a moment."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.store import MemoryStore
from application import audit_history as audit_history_module
from application.audit_history import Audited, AuditHistory, HeadDigest
from domain.errors import InvalidValue
from domain.history_audit import Break, Flaw
from domain.history_chain import begun, root_hash
from domain.order import Order
from ports.errors import RecordCorrupt
from ports.order_repository import UnreadableOrder
from tests.contract.evolution import next_version
from tests.support.factories import NOON, ORDER_ID, a_payment, an_entry, an_order, won

NEW = begun(an_order())
PAID = next_version(NEW, a_payment())
OLD = an_order(order_id="order-0000", version=1, history=(an_entry(),))
SPOILT = replace(begun(an_order(order_id="order-0002")), amount=won(1))


def auditing(*orders: Order) -> tuple[AuditHistory, MemoryStore]:
    store = MemoryStore()
    store.orders = {order.order_id: order for order in orders}
    return AuditHistory(MemoryOrderRepository(store)), store


async def found_in(audit_history: AuditHistory) -> list[Audited]:
    return [audited async for audited in audit_history.all_orders(NOON)]


async def test_what_is_found_of_each_order() -> None:
    audit_history, _ = auditing(PAID, SPOILT, OLD)

    old, paid, spoilt = await found_in(audit_history)

    assert (old.order_id, old.entries, old.unchained, old.is_intact) == ("order-0000", 1, 1, True)
    assert (paid.order_id, paid.entries, paid.unchained, paid.is_intact) == (ORDER_ID, 1, 0, True)
    assert paid.hash_then == PAID.head_hash
    assert spoilt.found_break == Break(version=0, flaw=Flaw.SALE)
    assert not spoilt.is_intact


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
async def test_every_order_is_found_once_whatever_the_pages(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_history_module, "PAGE_SIZE", 3)
    ids = [f"order-{number}" for number in range(count)]
    audit_history, store = auditing(*(an_order(order_id=each) for each in reversed(ids)))

    found = await found_in(audit_history)

    assert [audited.order_id for audited in found] == ids
    assert await audit_history.expected_orders() == count
    assert store.faults.calls["list_all"] == count // 3 + (count % 3 > 0) + 1


async def test_an_order_that_cannot_be_read_is_named_and_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audit_history, _ = auditing(NEW)
    pages = [[UnreadableOrder(order_id="a", field="amount"), NEW], []]

    async def list_all(*_: object) -> object:
        return pages.pop(0)

    monkeypatch.setattr(MemoryOrderRepository, "list_all", list_all)

    unreadable, new = await found_in(audit_history)

    assert unreadable == Audited(order_id="a", unreadable="amount")
    assert not unreadable.is_intact
    assert new.is_intact


async def test_one_order_is_audited_alone() -> None:
    audit_history, store = auditing(NEW, SPOILT)

    found = await audit_history.one_order(ORDER_ID, NOON)
    missing = await audit_history.one_order("order-404", NOON)
    store.faults.fail("find_by_id", RecordCorrupt("recordCorrupt", field="amount"))
    unreadable = await audit_history.one_order(ORDER_ID, NOON)

    assert found is not None
    assert found.is_intact
    assert missing is None
    assert unreadable == Audited(order_id=ORDER_ID, unreadable="amount")
    with pytest.raises(InvalidValue):
        await audit_history.one_order("..", NOON)


def test_the_digest_is_of_lines_that_anybody_can_make() -> None:
    digest = HeadDigest()
    for audited in (
        Audited(order_id="a", hash_then="1" * 64),
        Audited(order_id="not yet", hash_then=None),
        Audited(order_id="b\n가", unreadable=""),
    ):
        digest.add(audited)

    lines = f"a {'1' * 64}\nb\\n\\uac00 unreadable\n"
    assert str(digest) == sha256(lines.encode()).hexdigest()


async def test_the_digest_of_a_moment_does_not_change_by_what_comes_later() -> None:
    async def digest_of(*orders: Order) -> str:
        digest = HeadDigest()
        for audited in await found_in(auditing(*orders)[0]):
            digest.add(audited)
        return str(digest)

    later = NOON + timedelta(seconds=1)
    entry = replace(PAID.history[0], at=later)
    newer = begun(an_order(order_id="order-9999", created_at=later))

    before = await digest_of(NEW, OLD)

    assert await digest_of(replace(PAID, history=(entry,)), OLD, newer) == before
    assert await digest_of(PAID, OLD) != before
    assert await digest_of(NEW) != before
    assert root_hash(NEW) == NEW.head_hash
