"""Whoever is killed, what it was about to deliver may come again."""

from pathlib import Path
from random import Random

from sandbox.portone_v1 import Sandbox
from tests.soak.book import Book, Harm, Order
from tests.soak.excuses import Excuses, event_id
from tests.soak.programs import KILLS, Programs
from tests.support.service import API_KEY, settings_for

_KEYS = ("portone-key-52c7", "portone-secret-a90e")
_LENT = "tellShop/order-0001/2"


async def test_each_kill_excuses_what_was_lent_when_it_came(tmp_path: Path) -> None:
    excuses = Excuses()
    told = {}
    async with Sandbox(*_KEYS).serve() as place:
        settings = settings_for(place, tmp_path / "payproof.db")
        programs = Programs(settings, {API_KEY, *_KEYS}, tmp_path, Book(), excuses, lambda: [_LENT])
        async with programs:
            for kind in KILLS:
                before = excuses[event_id(_LENT)]
                await programs.kill_and_restart(kind, Random(1))
                told[kind] = excuses[event_id(_LENT)] - before

    assert told == dict(zip(KILLS, (1, 1, 1, 2), strict=True))


def test_a_digest_that_looks_like_a_phone_is_none_and_a_buyers_own_is(tmp_path: Path) -> None:
    book = Book()
    book.orders["soak-1"] = Order(order_id="soak-1", amount=1000, phone="010-9400-4212")
    programs = Programs({}, set(), tmp_path, book, Excuses(), list)

    programs.read_lines(["refund/soak-1808/rf-e7013010940042122d0f-soak-1808 will be tried again"])
    assert [each.harm for each in book.complaints] == [Harm.WRONG]

    book.complaints.clear()
    book.orders["soak-1"] = Order(order_id="soak-1", amount=1000, phone="010-2000-0001")
    programs.read_lines(["refund/soak-1808/rf-e7013010940042122d0f-soak-1808 will be tried again"])
    assert not book.complaints

    programs.read_lines(["SMS to 01020000001"])
    [complaint] = book.complaints
    assert complaint.harm is Harm.WRONG
    assert "0102000" not in complaint.what
