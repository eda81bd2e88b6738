"""The vendor's questions: one payment, several, by order, and the paged listings."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.clock import Clock
from sandbox.portone_v1 import parameters, words
from sandbox.portone_v1.answers import (
    VendorRefusal,
    parameter_invalid,
    payment_not_found,
    success,
)
from sandbox.portone_v1.ledger import Ledger
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.windows import ALL, DEFAULT_SORTING, SORTINGS, Window

IDS_AT_ONCE: Final = 100
PAGE_DEFAULT: Final = 20
PAGE_LIMIT: Final = 1000
WINDOW_S: Final = 90 * 24 * 3600

# The rows from one position to another.
Rows = Callable[[int, int], Sequence[Payment]]

STATUSES: Final = frozenset({"ready", "paid", "cancelled", "failed"})


class VendorReads:
    """Answers from the ledger and changes nothing."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        """Answer from this ledger."""
        self._ledger = ledger
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints; the fixed paths stand before those with an id."""
        return [
            web.get("/payments", self.several),
            web.get("/payments/find/{merchant_uid}", self.find),
            web.get("/payments/find/{merchant_uid}/{status}", self.find),
            web.get("/payments/findAll/{merchant_uid}", self.find_all),
            web.get("/payments/findAll/{merchant_uid}/{status}", self.find_all),
            web.get("/payments/status/{status}", self.by_status),
            web.get("/payments/{imp_uid}", self.one),
        ]

    async def one(self, request: web.Request) -> web.Response:
        """Show one payment; those of a test channel only to who asks for them."""
        payment = self._ledger.get(request.match_info["imp_uid"])
        if payment is None:
            raise payment_not_found()
        is_test = payment.get("sandbox") is True
        if is_test and not parameters.is_true(request.query.get("include_sandbox")):
            raise payment_not_found()
        return success(payment.shown())

    async def several(self, request: web.Request) -> web.Response:
        """Show the payments of many ids: 200 all, 207 some, 404 none."""
        imp_uids = request.query.getall("imp_uid[]", [])
        merchant_uids = request.query.getall("merchant_uid[]", [])
        asked = len(imp_uids) + len(merchant_uids)
        if not asked:
            raise parameter_invalid("imp_uid[]")
        if asked > IDS_AT_ONCE:
            raise VendorRefusal(400, words.TOO_MANY_IDS)
        by_imp_uid = [self._ledger.get(imp_uid) for imp_uid in imp_uids]
        by_order = [
            next(iter(self._ledger.attempts(merchant_uid)), None) for merchant_uid in merchant_uids
        ]
        found = [payment for payment in by_imp_uid + by_order if payment is not None]
        if not found:
            raise payment_not_found()
        return success([payment.shown() for payment in found], 200 if len(found) == asked else 207)

    async def find(self, request: web.Request) -> web.Response:
        """Show the first attempt by the sorting, which need not be the paid one."""
        attempts = self._attempts(request)
        return success(attempts[0].shown())

    async def find_all(self, request: web.Request) -> web.Response:
        """Show every attempt for one order, paged."""
        attempts = self._attempts(request)
        rows = _page(request, len(attempts), lambda start, stop: attempts[start:stop])
        return success(rows)

    async def by_status(self, request: web.Request) -> web.Response:
        """List payments by status and time, paged."""
        status = request.match_info["status"]
        if status not in STATUSES | {ALL}:
            raise parameter_invalid("status")
        until = parameters.whole(request, "to", self._clock.now(), low=0)
        since = parameters.whole(request, "from", max(until - WINDOW_S, 0), low=0)
        if since > until:
            raise parameter_invalid("from")
        if until - since > WINDOW_S:
            raise VendorRefusal(400, words.WINDOW_TOO_WIDE)
        window = Window(status, since, until, _sorting(request))
        total = self._ledger.count(window)
        rows = _page(request, total, lambda start, stop: self._ledger.rows(window, start, stop))
        return success(rows)

    def _attempts(self, request: web.Request) -> Sequence[Payment]:
        status = request.match_info.get("status")
        if status is not None and status not in STATUSES:
            raise parameter_invalid("status")
        merchant_uid = request.match_info["merchant_uid"]
        attempts = self._ledger.attempts(merchant_uid, status, _sorting(request))
        if not attempts:
            raise payment_not_found()
        return attempts


def _sorting(request: web.Request) -> str:
    sorting = request.query.get("sorting", DEFAULT_SORTING)
    if sorting not in SORTINGS:
        raise parameter_invalid("sorting")
    return sorting


def _page(request: web.Request, total: int, rows: Rows) -> dict[str, Any]:
    """Cut out one page; there is no page past the end, save for an empty first one."""
    page = parameters.whole(request, "page", 1, low=1)
    limit = parameters.whole(request, "limit", PAGE_DEFAULT, low=1, high=PAGE_LIMIT)
    start = (page - 1) * limit
    if start and start >= total:
        raise VendorRefusal(400, words.PAGE_OUT_OF_RANGE)
    return {
        "list": [payment.shown() for payment in rows(start, start + limit)],
        "next": page + 1 if start + limit < total else 0,
        "previous": page - 1,
        "total": total,
    }
