"""The refunds that wait for a person, turned by pages."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from application.approve_refund import ApproveRefund, WaitingRefund
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.lists import PAGE
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.order_repository import UnreadableOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first of what waits; `more` is the order id after which the others come, or None.

    An order that cannot be read may have a refund that waits, so it is among them.
    """

    first: Sequence[WaitingRefund | UnreadableOrder]
    more: str | None


async def waiting_for_approval(
    approve_refund: ApproveRefund, after_order_id: str, at_least: int
) -> Waiting:
    """So many, and all of the last one's order; fewer only if there are no more."""
    first: list[WaitingRefund | UnreadableOrder] = []
    last = after_order_id
    async with aclosing(approve_refund.waiting(after_order_id, at_least + 1)) as found:
        async for each in found:
            order_id = each.order_id if isinstance(each, UnreadableOrder) else each.order.order_id
            if len(first) >= at_least and order_id != last:
                return Waiting(first=first, more=last)
            first.append(each)
            last = order_id
    return Waiting(first=first, more=None)


def approvals_route(pages: Pages, parts: ConsoleParts) -> HTTPRouteHandler:
    """`/console/refunds`."""

    @get("/refunds")
    async def show_waiting(request: AnyRequest) -> Template:
        after = request.query_params.get("after", "")
        waiting = await waiting_for_approval(parts.approve_refund, after, PAGE)
        more = None
        if waiting.more is not None:
            more = f"/console/refunds?{urlencode({'after': waiting.more})}"
        return pages.page(request, "approvals", {"approvals": waiting.first, "more": more})

    return show_waiting
