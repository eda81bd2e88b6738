"""Stripe's payments by the time of their news: those made then, and those that events name.

A PaymentIntent does not say when it changed last, and its list goes by when it was made. So a
window is read twice: the payments made in it, by hundreds; then the events of it, each of which
names its payment. What the first reading has shown is left out of the second; the rest are older
payments with news, and each is asked for alone. Paid later, refunded, failed: all have events.

The vendor keeps events for 30 days. Of a window that is older only the payments made in it are
shown; a refund of that time is found where its payment was made, for each is shown as it is now.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from adapters.outbound.found_rows import found_in
from adapters.outbound.json_fields import JsonFields
from adapters.outbound.together import together
from adapters.outbound.total_time import total_time
from adapters.stripe import event_wire, wire
from adapters.stripe.event_wire import UnreadableEvent, read_event
from adapters.stripe.gateway import read_payment
from adapters.stripe.list_wire import Query, window_query
from adapters.stripe.paged_list import PagedList
from adapters.stripe.session import Session
from domain.payment import Payment
from ports.clock import Clock
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments, check_window

_LONGEST_WINDOW: Final = timedelta(days=30)
_WITH_CHARGES: Final = (("expand[]", "data.latest_charge"),)
_KINDS: Final = tuple(("types[]", kind) for kind in event_wire.LISTED_KINDS)
# The vendor bears a hundred questions a second, from all who use the key.
_AT_ONCE: Final = 10


class StripeListing:
    """Lists payments that had news in a window, also such as have had more since.

    `page_timeout_s` is the time for one page or one payment, tries and pauses included.
    """

    def __init__(
        self,
        session: Session,
        clock: Clock,
        *,
        account: str | None = None,
        page_timeout_s: float = 30.0,
    ) -> None:
        self._session = session
        self._clock = clock
        self._account = account
        self._page_timeout_s = page_timeout_s

    @property
    def longest_window(self) -> timedelta:
        """Thirty days."""
        return _LONGEST_WINDOW

    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """The payments of a window, page by page; see the port."""
        check_window(since, until, longest=_LONGEST_WINDOW, now=self._clock.now())
        return self._pages(since, until)

    async def _pages(self, since: datetime, until: datetime) -> AsyncIterator[FoundPayments]:
        # The vendor counts whole seconds from 1970 and includes both ends.
        first_s, last_s = max(int(since.timestamp()), 0), int(until.timestamp()) - 1
        if last_s < first_s:
            return
        window = window_query(first_s, last_s)
        shown: set[str] = set()
        async for page in self._list(wire.INTENTS_PATH, window + _WITH_CHARGES).pages():
            made = found_in(page.rows, wire.read_listed_payment, _id_in)
            shown.update(payment.key.payment_id for payment in made.payments)
            shown.update(made.unreadable)
            if len(made):
                yield made
        async for page in self._list(event_wire.EVENTS_PATH, window + _KINDS).pages():
            named, nameless = self._named_by(page.rows)
            news = [payment_id for payment_id in named if payment_id not in shown]
            shown.update(news)
            for start in range(0, len(news), _AT_ONCE):
                changed = await self._as_they_are(news[start : start + _AT_ONCE])
                if len(changed):
                    yield changed
            if nameless:
                yield FoundPayments(payments=(), unreadable=[""] * nameless)

    def _list(self, path: str, query: Query) -> PagedList:
        return PagedList(
            session=self._session, path=path, query=query, timeout_s=self._page_timeout_s
        )

    def _named_by(self, rows: Sequence[msgspec.Raw]) -> tuple[list[str], int]:
        """The payments that events are about, each once; and how many events cannot be read."""
        named: dict[str, None] = {}
        nameless = 0
        for row in rows:
            fields = JsonFields.decode(row)
            try:
                event = None if fields is None else read_event(fields, self._account)
            except UnreadableEvent:
                event, fields = None, None
            if event is not None:
                named[event.payment_id] = None
            nameless += fields is None
        return list(named), nameless

    async def _as_they_are(self, payment_ids: Sequence[str]) -> FoundPayments:
        answers = await together(self._ask(each) for each in payment_ids)
        return FoundPayments(
            payments=[answer for answer in answers if isinstance(answer, Payment)],
            unreadable=[answer for answer in answers if isinstance(answer, str)],
        )

    async def _ask(self, payment_id: str) -> Payment | str | None:
        """One payment as it is now, or its id if the answer makes no sense."""
        try:
            async with total_time(self._page_timeout_s) as until:
                return await read_payment(self._session, payment_id, until=until)
        except GatewayProtocolError:
            return payment_id


def _id_in(row: msgspec.Raw) -> str | None:
    payment_id = wire.listed_id(row)
    return payment_id if payment_id is not None and wire.is_payment_id(payment_id) else None
