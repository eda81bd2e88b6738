"""The control API's way to a world full of payments: made from a few numbers."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import Fields
from sandbox.machinery.front import CONTROL
from sandbox.portone_v1.opening import NewPayment
from sandbox.portone_v1.world import World

# About a second's work, in which nobody else is answered.
GENERATED_AT_ONCE: Final = 100_000
_STATUSES: Final = frozenset({"ready", "paid", "cancelled", "failed"})
_MOST: Final = 10_000_000
_LATEST: Final = 10**11


class ControlBulk:
    """Fills the ledger."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [web.post(f"{CONTROL}/payments/generate", self.generate)]

    async def generate(self, request: web.Request) -> web.Response:
        """Open alike payments of orders that differ by a number, evenly over a time."""
        fields = await Fields.of(
            request, "amount", "count", "first", "prefix", "since", "status", "until"
        )
        count = fields.whole("count", 0, low=1, high=GENERATED_AT_ONCE)
        first = fields.whole("first", 0, low=0, high=_MOST)
        prefix = fields.text("prefix", limit=32) or "order-"
        amount = fields.amount("amount") or 1000
        status = fields.word("status", _STATUSES) or "paid"
        now = self._world.clock.now()
        since = fields.whole("since", now, low=0, high=_LATEST)
        until = fields.whole("until", now, low=since, high=_LATEST)
        ledger = self._world.ledger
        imp_uids = [
            ledger.open(
                NewPayment(merchant_uid=f"{prefix}{number:07d}", amount=amount, status=status),
                since + (number - first) * (until - since) // count,
            ).imp_uid
            for number in range(first, first + count)
        ]
        return json_answer({"first_imp_uid": imp_uids[0], "last_imp_uid": imp_uids[-1]}, 201)
