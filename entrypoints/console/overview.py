"""The first page: is the money right, at a glance?"""

from collections.abc import Sequence

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from application.read_board import DaySums
from domain.money import Currency
from domain.order import Order
from domain.refund import Refund, RefundStatus
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.chart import HEIGHT, WIDTH, charts_of
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.errors import RecordCorrupt
from ports.order_board import BoardList, TakingsKind
from ports.task_desk import TaskState

_DAYS = 28
_MOST_CHARTS = 3
_LINES = 5
# Counted no further: whoever has so many needs no exact number.
_COUNTED = 1000
ATTENTION = (BoardList.AWAITING_DEPOSIT, BoardList.FORGED, BoardList.SURPLUS)


def overview_route(pages: Pages, parts: ConsoleParts) -> HTTPRouteHandler:
    """`/console`."""

    @get("/")
    async def show_overview(request: AnyRequest) -> Template:
        days = await parts.read_board.days(_DAYS)
        depth = await parts.desk.depth(parts.clock.now())
        context = {
            "currencies": _currencies(days[-1]),
            "today": days[-1],
            "kinds": list(TakingsKind),
            "charts": charts_of(days, _MOST_CHARTS),
            "days": _DAYS,
            "size": {"width": WIDTH, "height": HEIGHT},
            "boards": [
                (
                    which.value,
                    await parts.board.count(which, _COUNTED),
                    await parts.board.page(which, None, _LINES),
                )
                for which in ATTENTION
            ],
            "counted": _COUNTED,
            "approvals": await _approvals(parts),
            "parked": await parts.desk.page(TaskState.PARKED, None, _LINES),
            "parked_count": sum(
                count for (_, state), count in depth.tasks.items() if state is TaskState.PARKED
            ),
            "sweeps": await parts.sweeps.latest(_LINES),
        }
        return pages.page(request, "overview", context)

    return show_overview


def _currencies(day: DaySums) -> list[Currency]:
    return sorted({currency for _, currency in day.sums}, key=lambda currency: currency.code)


async def _approvals(parts: ConsoleParts) -> Sequence[tuple[Order, Refund]]:
    try:
        orders = await parts.orders.list_awaiting_approval("", _LINES)
    except RecordCorrupt:
        # Its own page says so; the others are still to be seen.
        return []
    return [
        (order, refund)
        for order in orders
        for refund in order.refunds
        if refund.status is RefundStatus.AWAITING_APPROVAL
    ]
