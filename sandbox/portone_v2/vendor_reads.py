"""The vendor's questions: one payment, its attempts, and two ways to list all."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_bytes
from sandbox.machinery.exact_json import JsonObject, dumps_fast
from sandbox.portone_v2 import parameters
from sandbox.portone_v2.answers import VendorRefusal, invalid
from sandbox.portone_v2.ledger import CHANGED, CREATED
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.words import FILTER_STATUSES
from sandbox.portone_v2.world import World

WINDOW_S: Final = 90 * 24 * 3600
PAGE_DEFAULT: Final = 10
PAGE_LIMIT: Final = 1000
_LAST_PAGE: Final = 10**7
_FILTERS: Final = (
    "from",
    "isTest",
    "sortBy",
    "sortOrder",
    "status",
    "storeId",
    "textSearch",
    "timestampType",
    "until",
    "version",
)


class VendorReads:
    """Answers from the ledger and changes nothing."""

    def __init__(self, world: World) -> None:
        """Answer from this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get("/payments", self.page),
            web.get("/payments-by-cursor", self.by_cursor),
            web.get("/payments/{payment_id}", self.one),
            web.get("/payments/{payment_id}/transactions", self.attempts),
        ]

    async def one(self, request: web.Request) -> web.Response:
        """Show one payment, of a test channel or not."""
        return _answer(self._asked(request).shown())

    async def attempts(self, request: web.Request) -> web.Response:
        """Show every attempt to pay one payment."""
        return _answer({"items": self._asked(request).attempts()})

    async def by_cursor(self, request: web.Request) -> web.Response:
        """List payments by when they were made, oldest first, from a cursor on."""
        asked = await parameters.question_of(request)
        parameters.only(asked, "storeId", "from", "until", "cursor", "size")
        parameters.check_store(parameters.text(asked, "storeId"), self._world.store_id)
        size = parameters.whole(asked, "size", PAGE_DEFAULT, low=1, high=PAGE_LIMIT)
        found = self._between(asked, CREATED)
        after = _serial_of(parameters.text(asked, "cursor"))
        rest = [payment for payment in found if payment.serial > after][:size]
        return _answer(
            {"items": [{"payment": each.shown(), "cursor": _cursor_of(each)} for each in rest]}
        )

    async def page(self, request: web.Request) -> web.Response:
        """List payments by a filter, in pages that are cut by position."""
        asked = await parameters.question_of(request)
        parameters.only(asked, "page", "filter")
        page, wanted = parameters.section(asked, "page"), parameters.section(asked, "filter")
        parameters.only(page, "number", "size")
        parameters.only(wanted, *_FILTERS)
        parameters.check_store(parameters.text(wanted, "storeId"), self._world.store_id)
        number = parameters.whole(page, "number", 0, high=_LAST_PAGE) or 0
        size = parameters.whole(page, "size", PAGE_DEFAULT, low=1, high=PAGE_LIMIT) or 1
        moment = _word(wanted, "timestampType", CREATED, (CREATED, CHANGED))
        found = [each for each in self._between(wanted, moment) if _fits(each, wanted)]
        by = _word(wanted, "sortBy", "REQUESTED_AT", ("REQUESTED_AT", CHANGED))
        found.sort(
            key=lambda it: (
                it.status_changed_at if by == CHANGED else it.requested_at,
                it.serial,
            ),
            reverse=_word(wanted, "sortOrder", "DESC", ("ASC", "DESC")) == "DESC",
        )
        rows = found[number * size : (number + 1) * size]
        return _answer(
            {
                "items": [payment.shown() for payment in rows],
                "page": {"number": number, "size": size, "totalCount": len(found)},
            }
        )

    def _asked(self, request: web.Request) -> Payment:
        parameters.check_store(request.query.get("storeId"), self._world.store_id)
        payment = self._world.ledger.get(request.match_info["payment_id"])
        if payment is None:
            raise VendorRefusal("PAYMENT_NOT_FOUND")
        return payment

    def _between(self, asked: JsonObject, moment: str) -> Sequence[Payment]:
        """Give the payments of the window, both ends included; its times have fractions, ours not.

        A whole second is within a window if it is not before its beginning.
        """
        until = parameters.moment(asked, "until", self._world.clock.now())
        since = parameters.moment(asked, "from", until - WINDOW_S)
        if since > until:
            raise invalid("from")
        first = -int(-max(since, 0) // 1)
        return list(self._world.ledger.between(moment, first, max(int(until), 0)))


def _fits(payment: Payment, wanted: JsonObject) -> bool:
    statuses = wanted.get("status")
    if statuses is not None:
        if not isinstance(statuses, list) or not FILTER_STATUSES.keys() >= set(statuses):
            raise invalid("status")
        if payment.status not in {FILTER_STATUSES[each] for each in statuses}:
            return False
    is_test = parameters.truth(wanted, "isTest")
    channel = payment.own.get("channel")
    if is_test is not None and is_test != (channel or {}).get("type", "").startswith("TEST"):
        return False
    version = parameters.text(wanted, "version")
    return version is None or payment.own.get("version") == version


def _word(values: JsonObject, name: str, default: str, known: Sequence[str]) -> str:
    word = parameters.text(values, name) or default
    if word not in known:
        raise invalid(name)
    return word


def _cursor_of(payment: Payment) -> str:
    return urlsafe_b64encode(f"after:{payment.serial}".encode()).decode()


def _serial_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        word, _, number = urlsafe_b64decode(cursor).decode().partition(":")
        if word == "after":
            return int(number)
    except ValueError:
        pass
    raise invalid("cursor")


def _answer(value: Any) -> web.Response:
    return json_bytes(dumps_fast(value))
