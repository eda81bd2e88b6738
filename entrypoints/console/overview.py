"""The first page: is the money right, at a glance?"""

import asyncio
from collections.abc import Sequence

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from application.read_board import DaySums
from domain.money import Currency
from domain.takings import TakingsKind
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.approvals import waiting_for_approval
from entrypoints.console.chart import HEIGHT, WIDTH, charts_of
from entrypoints.console.lists import COUNTED
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.order_board import BoardLine, BoardList
from ports.task_desk import TaskState

_DAYS = 28
_MOST_CHARTS = 3
_LINES = 5
ATTENTION = (BoardList.AWAITING_DEPOSIT, BoardList.FORGED, BoardList.SURPLUS)


def overview_route(pages: Pages, parts: ConsoleParts) -> HTTPRouteHandler:
    """`/console`."""

    @get("/")
    async def show_overview(request: AnyRequest) -> Template:
        # Asked together: a store answers what waits at the same time in one visit.
        days, parked_count, boards, approvals, parked, sweeps = await asyncio.gather(
            parts.read_board.days(_DAYS),
            parts.desk.count(TaskState.PARKED, COUNTED),
            asyncio.gather(*(_board(parts, which) for which in ATTENTION)),
            waiting_for_approval(parts.approve_refund, "", _LINES),
            parts.desk.page(TaskState.PARKED, None, _LINES),
            parts.sweeps.latest(_LINES),
        )
        context = {
            "currencies": _currencies(days[-1]),
            "today": days[-1],
            "kinds": list(TakingsKind),
            "charts": charts_of(days, _MOST_CHARTS),
            "days": _DAYS,
            "size": {"width": WIDTH, "height": HEIGHT},
            "boards": boards,
            "counted": COUNTED,
            "approvals": approvals.first,
            "more_approvals": approvals.more is not None,
            "parked": parked,
            "parked_count": parked_count,
            "sweeps": sweeps,
        }
        return pages.page(request, "overview", context)

    return show_overview


async def _board(parts: ConsoleParts, which: BoardList) -> tuple[str, int, Sequence[BoardLine]]:
    """A list's name, how long it is, and its first lines."""
    count, lines = await asyncio.gather(
        parts.board.count(which, COUNTED), parts.read_board.page(which, None, _LINES)
    )
    return which.value, count, lines


def _currencies(day: DaySums) -> list[Currency]:
    return sorted({currency for _, currency in day.sums}, key=lambda currency: currency.code)
