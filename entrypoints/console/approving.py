"""A refund that waits for a person: its own page, and the person's word on it."""

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from application.approve_refund import Decided, NotWaiting
from domain.errors import InvalidValue
from domain.identifiers import check_text
from domain.order import Order, Trigger
from domain.refund import MAX_REASON_LENGTH, Refund, RefundStatus
from domain.refund_request import order_id_of
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.buttons import note
from entrypoints.console.door import Door, form_at, operator_of
from entrypoints.console.failures import NoSuch
from entrypoints.console.pages import Notice, Pages
from entrypoints.console.parts import ConsoleParts
from ports.operator_log import OperatorAct


def approval_routes(pages: Pages, door: Door, parts: ConsoleParts) -> list[HTTPRouteHandler]:
    """`/console/refunds/{refund_id}`."""

    def form(
        request: AnyRequest,
        order: Order,
        refund: Refund,
        reason: str = "",
        problem: InvalidValue | None = None,
    ) -> Template:
        context = {"order": order, "refund": refund, "reason": reason, "problem": problem}
        return pages.page(request, "decide", context, http_status=200 if problem is None else 400)

    @get("/refunds/{refund_id:str}")
    async def show_refund(request: AnyRequest, refund_id: FromPath[str]) -> Template:
        order, refund = await _find(parts, refund_id)
        return form(request, order, refund)

    @post("/refunds/{refund_id:str}", opt=form_at("/console/refunds/{refund_id}"))
    async def decide(request: AnyRequest, refund_id: FromPath[str]) -> Template | Redirect:
        typed = await door.form(request)
        order, refund = await _find(parts, refund_id)
        approves, reason = typed.get("word") == "approve", typed.get("reason", "").strip()
        try:
            check_text("reason", reason, MAX_REASON_LENGTH)
            if typed.get("word") not in ("approve", "decline"):
                raise InvalidValue("word", "must be approve or decline")
        except InvalidValue as problem:
            return form(request, order, refund, reason, problem)
        if refund.status is RefundStatus.AWAITING_APPROVAL:
            act = OperatorAct.APPROVED_REFUND if approves else OperatorAct.DECLINED_REFUND
            await note(parts, request, act, order.order_id, refund_id, reason)
        answer = await parts.approve_refund(
            refund_id,
            operator=operator_of(request),
            approves=approves,
            trigger=Trigger.CONSOLE,
        )
        match answer:
            case Decided():
                notice = Notice(key="done.approved" if approves else "done.declined")
            case NotWaiting(refund=stands):
                notice = Notice(
                    key="done.decided", tone="wait", group="refund", word=stands.status.value
                )
            case _:
                raise NoSuch("error.404.refund")
        return pages.go(request, f"/console/orders/{order.order_id}", notice)

    return [show_refund, decide]


async def _find(parts: ConsoleParts, refund_id: str) -> tuple[Order, Refund]:
    try:
        order = await parts.orders.find_by_id(order_id_of(refund_id))
    except InvalidValue:
        order = None
    refund = None if order is None else order.refund(refund_id)
    if order is None or refund is None:
        raise NoSuch("error.404.refund")
    return order, refund
