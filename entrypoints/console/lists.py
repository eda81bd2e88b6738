"""Lists of orders, turned by pages, and what a word finds."""

from collections.abc import Sequence
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from domain.errors import InvalidValue
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from entrypoints.console.places import place_text, read_place
from ports.order_board import BoardLine, BoardList

PAGE = 50
# Counted no further: whoever has so many needs no exact number.
COUNTED = 250
_MAX_WORD = 200


def list_routes(pages: Pages, parts: ConsoleParts) -> list[HTTPRouteHandler]:
    """`/console/orders` and `/console/search`."""

    @get("/orders")
    async def show_list(request: AnyRequest) -> Template:
        asked = request.query_params
        after, customer = read_place(asked.get("before", "")), asked.get("customer", "")
        which = _list_of(asked.get("list", BoardList.NEWEST.value))
        if customer:
            lines = await parts.read_board.of_customer(customer, after, PAGE + 1)
        else:
            lines = await parts.read_board.page(which, after, PAGE + 1)
        context = {
            "which": which.value,
            "lists": [each.value for each in BoardList],
            "customer": customer,
            "lines": lines[:PAGE],
            "more": _more(lines, {"customer": customer} if customer else {"list": which.value}),
        }
        return pages.page(request, "orders", context)

    @get("/search")
    async def search(request: AnyRequest) -> Template | Redirect:
        text = request.query_params.get("q", "")[:_MAX_WORD].strip()
        found = await parts.read_board.search(text) if text else None
        # By hand one wants the order; while one types, the list must not run away.
        if found is not None and found.only_order and "hx-request" not in request.headers:
            return pages.go(request, f"/console/orders/{found.only_order}")
        return pages.page(request, "search", {"query": text, "found": found})

    return [show_list, search]


def _list_of(word: str) -> BoardList:
    if word not in set(BoardList):
        raise InvalidValue("list", "is not a list")
    return BoardList(word)


def _more(lines: Sequence[BoardLine], kept: dict[str, str]) -> str | None:
    """The address of the next page, if there is one."""
    if len(lines) <= PAGE:
        return None
    before = place_text(lines[PAGE - 1].place)
    return f"/console/orders?{urlencode({**kept, 'before': before})}"
