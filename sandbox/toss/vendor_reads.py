"""What the vendor tells of payments: one by one, or as a list of transactions."""

from datetime import datetime
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_bytes
from sandbox.machinery.exact_json import dumps_fast
from sandbox.toss.answers import VendorRefusal, wants_english
from sandbox.toss.payment import KST, Payment
from sandbox.toss.world import World

DEFAULT_LIMIT: Final = 100
MOST_ROWS: Final = 5000


class VendorReads:
    """Reads the ledger; each key sees its own world."""

    def __init__(self, world: World) -> None:
        """Read from this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get("/v1/payments/orders/{orderId}", self.of_order),
            web.get("/v1/payments/{paymentKey}", self.one),
            web.get("/v1/transactions", self.transactions),
        ]

    async def one(self, request: web.Request) -> web.Response:
        """Tell of one payment by its key."""
        caller = self._world.admission.admit(request)
        found = self._world.ledger.get(request.match_info["paymentKey"], self._world.clock.now())
        if found is None or found.is_live is not caller.is_live:
            raise VendorRefusal("NOT_FOUND_PAYMENT")
        return show(found, request)

    async def of_order(self, request: web.Request) -> web.Response:
        """Tell of an order's payment."""
        caller = self._world.admission.admit(request)
        found = self._world.ledger.of_order(
            request.match_info["orderId"], self._world.clock.now(), is_live=caller.is_live
        )
        if found is None:
            raise VendorRefusal("NOT_FOUND_PAYMENT")
        return show(found, request)

    async def transactions(self, request: web.Request) -> web.Response:
        """List what happened in a time, the oldest first."""
        caller = self._world.admission.admit(request)
        query = request.query
        since, until = _seconds(query.get("startDate")), _seconds(query.get("endDate"))
        limit = query.get("limit", str(DEFAULT_LIMIT))
        if not (limit.isascii() and limit.isdigit()) or not 0 < int(limit[:9]) <= MOST_ROWS:
            raise VendorRefusal("INVALID_REQUEST")
        rows = self._world.ledger.rows(
            since, until, query.get("startingAfter"), int(limit), is_live=caller.is_live
        )
        if rows is None:
            raise VendorRefusal("INVALID_TRANSACTION_KEY")
        return json_bytes(dumps_fast(rows))


def show(payment: Payment, request: web.Request) -> web.Response:
    """Answer with one payment, in the language that is asked for."""
    return json_bytes(dumps_fast(payment.shown(in_english=wants_english(request))))


def _seconds(text: str | None) -> int:
    """Read a time of the query, in Korea's where no zone is said."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        raise VendorRefusal("INVALID_REQUEST") from None
    zoned = told if told.tzinfo is not None else told.replace(tzinfo=KST)
    return int(zoned.timestamp())
