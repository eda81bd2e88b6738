"""Each payment of a journal is shown once, however its pages are cut and whatever a row holds."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock
from adapters.outbound.http_client import Answer
from adapters.toss.listing import TossListing
from adapters.toss.session import Session
from domain.payment import Mode
from ports.errors import GatewayProtocolError, GatewayUnavailable
from tests.support.factories import NOON
from tests.unit.adapters.toss.samples import fields_of

Row = dict[str, Any] | None


class Journal:
    """A session that answers from rows, and from payments made up to fit them."""

    mode = Mode.LIVE

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.questions: list[str] = []

    async def get(
        self, path: str, query: Iterable[tuple[str, str]] = (), **_limits: object
    ) -> Answer:
        asked = dict(query)
        self.questions.append(path)
        if path == "/v1/transactions":
            keys = [row and row.get("transactionKey") for row in self._rows]
            start = keys.index(asked["startingAfter"]) + 1 if "startingAfter" in asked else 0
            page = self._rows[start : start + int(asked["limit"])]
            return Answer(status=200, body=json.dumps(page).encode())
        payment = fields_of("done_card") | {"paymentKey": path.rpartition("/")[2]}
        return Answer(status=200, body=json.dumps(payment).encode())


class Endless(Journal):
    """A journal in which each page is full, and names another to come."""

    def __init__(self) -> None:
        super().__init__([])

    async def get(
        self, path: str, query: Iterable[tuple[str, str]] = (), **_limits: object
    ) -> Answer:
        self.questions.append(path)
        row = {"transactionKey": f"t{len(self.questions)}"}
        return Answer(status=200, body=json.dumps([row]).encode())


async def walked(
    journal: Journal, page_size: int, seconds: float = 60, since: datetime = NOON
) -> tuple[list[str], list[str]]:
    clock = ManualClock(NOON + timedelta(hours=1))
    listing = TossListing(cast(Session, journal), clock, page_size=page_size)
    shown: list[str] = []
    unreadable: list[str] = []
    async for page in listing.pages(since, since + timedelta(seconds=seconds)):
        shown += [payment.key.payment_id for payment in page.payments]
        unreadable += page.unreadable
    return shown, unreadable


def row(number: int, payment: int) -> dict[str, Any]:
    return {"transactionKey": f"txrd_{number}", "paymentKey": f"payment{payment}"}


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5))
async def test_each_payment_is_asked_for_and_shown_once(
    payments: list[int], page_size: int
) -> None:
    journal = Journal([row(number, payment) for number, payment in enumerate(payments)])

    shown, unreadable = await walked(journal, page_size)

    wanted = {f"payment{payment}" for payment in payments}
    assert sorted(shown) == sorted(wanted)
    assert unreadable == []
    assert len([path for path in journal.questions if path != "/v1/transactions"]) == len(wanted)


@pytest.mark.parametrize("odd", [None, {"transactionKey": "x"}, row(0, 0) | {"paymentKey": "a/b"}])
async def test_a_row_that_names_no_payment_is_told_and_spoils_nothing(odd: Row) -> None:
    shown, unreadable = await walked(Journal([row(1, 1), odd, row(2, 2)]), 10)

    assert (sorted(shown), unreadable) == (["payment1", "payment2"], [""])


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 65, 7])
async def test_a_full_page_without_a_cursor_is_not_the_end(key: object) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        await walked(Journal([row(1, 1), row(2, 2) | {"transactionKey": key}]), 2)

    assert error.value.code == "transactionKey"


async def test_a_page_that_is_too_long_is_nonsense() -> None:
    class Generous(Journal):
        async def get(
            self, path: str, query: Iterable[tuple[str, str]] = (), **_limits: object
        ) -> Answer:
            return Answer(status=200, body=json.dumps([{}, {}]).encode())

    with pytest.raises(GatewayProtocolError) as error:
        await walked(Generous([]), 1)

    assert error.value.code == "page-length"


async def test_a_list_without_an_end_is_given_up() -> None:
    with pytest.raises(GatewayUnavailable) as error:
        await walked(Endless(), 1)

    assert error.value.code == "list-grows"


async def test_nothing_is_asked_about_less_than_a_second() -> None:
    journal = Journal([row(1, 1)])

    assert await walked(journal, 10, seconds=0.5) == ([], [])
    assert journal.questions == []
