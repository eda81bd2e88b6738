"""The vendor's questions: one object, or a list of them."""

from collections.abc import Callable
from typing import Final, TypeVar

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject
from sandbox.stripe import parameters
from sandbox.stripe.answers import InvalidParameter, listed, no_such
from sandbox.stripe.events import Event
from sandbox.stripe.intent import Intent, Refund
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.parameters import Parameters
from sandbox.stripe.shelf import Cut, Shelf

Item = TypeVar("Item")

_PAGING: Final = ("limit", "starting_after", "ending_before", "created", "expand")
_MOST_KINDS: Final = 20
_PAGE_LIMIT: Final = 100


class VendorReads:
    """Answers from the ledger and changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        """Answer from this ledger."""
        self._ledger = ledger

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get("/v1/payment_intents", self.intents),
            web.get("/v1/payment_intents/{id}", self.intent),
            web.get("/v1/refunds", self.refunds),
            web.get("/v1/refunds/{id}", self.refund),
            web.get("/v1/events", self.events),
            web.get("/v1/events/{id}", self.event),
        ]

    async def intent(self, request: web.Request) -> web.Response:
        """Show one payment, its charge too if that is asked for."""
        values = parameters.known(parameters.query_of(request), "expand", "client_secret")
        intent = self._ledger.intents.get(request.match_info["id"])
        if intent is None:
            raise no_such("payment_intent", request.match_info["id"])
        return json_answer(intent.shown(with_charge=_expands(values, "latest_charge")))

    async def intents(self, request: web.Request) -> web.Response:
        """List payments by when they were made."""
        values = parameters.known(parameters.query_of(request), *_PAGING, "customer")
        with_charge = _expands(values, "data.latest_charge")

        def show(intent: Intent) -> JsonObject:
            return intent.shown(with_charge=with_charge)

        return _page(request, self._ledger.intents, values, show)

    async def refund(self, request: web.Request) -> web.Response:
        """Show one refund."""
        refund = self._ledger.refunds.get(request.match_info["id"])
        if refund is None:
            raise no_such("refund", request.match_info["id"])
        return json_answer(refund.shown())

    async def refunds(self, request: web.Request) -> web.Response:
        """List refunds, of one payment or of all."""
        values = parameters.known(
            parameters.query_of(request), *_PAGING, "charge", "payment_intent"
        )
        intent_id, charge_id = (
            parameters.text(values, name) for name in ("payment_intent", "charge")
        )

        def holds(refund: Refund) -> bool:
            is_intents = intent_id in (None, refund.intent.intent_id)
            return is_intents and charge_id in (None, refund.intent.charge_id)

        return _page(request, self._ledger.refunds, values, Refund.shown, holds)

    async def event(self, request: web.Request) -> web.Response:
        """Show one event."""
        event = self._ledger.events.get(request.match_info["id"])
        if event is None:
            raise no_such("event", request.match_info["id"])
        return json_answer(event.shown())

    async def events(self, request: web.Request) -> web.Response:
        """List events, of some kinds or of all."""
        values = parameters.known(parameters.query_of(request), *_PAGING, "type", "types")
        kinds = parameters.texts(values, "types")
        if len(kinds) > _MOST_KINDS:
            raise InvalidParameter("You may list at most 20 event types.", "types")
        kind = parameters.text(values, "type")
        wanted = frozenset(kinds if kind is None else [kind])

        def holds(event: Event) -> bool:
            return not wanted or event.kind in wanted

        return _page(request, self._ledger.events, values, Event.shown, holds)


def _expands(values: Parameters, path: str) -> bool:
    return any(
        each == path or each.startswith(f"{path}.") for each in parameters.texts(values, "expand")
    )


def _page(
    request: web.Request,
    shelf: Shelf[Item],
    values: Parameters,
    show: Callable[[Item], JsonObject],
    holds: Callable[[Item], bool] = lambda _: True,
) -> web.Response:
    """Cut out one page behind (or before) an object that must exist."""
    limit = parameters.whole(values, "limit", low=1, high=_PAGE_LIMIT)
    after, before = (parameters.text(values, name) for name in ("starting_after", "ending_before"))
    for named in (after, before):
        if named is not None and named not in shelf:
            raise InvalidParameter(f"No such object: '{named}'", "starting_after")
    since, until = _window(values)
    cut = Cut(
        limit=10 if limit is None else limit,
        since=since,
        until=until,
        after=after,
        before=before,
        holds=holds,
    )
    rows, has_more = shelf.page(cut)
    return listed(request.path, [show(row) for row in rows], has_more=has_more)


def _window(values: Parameters) -> tuple[int, int]:
    created = values.get("created", {})
    if not isinstance(created, dict):
        created = {"gte": created, "lte": created}
    for name in created:
        if name not in ("gt", "gte", "lt", "lte"):
            raise InvalidParameter(f"Received unknown parameter: created[{name}]", "created")
    gt, gte, lt, lte = (parameters.whole(created, name) for name in ("gt", "gte", "lt", "lte"))
    since = max(0 if gte is None else gte, 0 if gt is None else gt + 1)
    until = min(10**11 if lte is None else lte, 10**11 if lt is None else lt - 1)
    return since, until
