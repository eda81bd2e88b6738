"""Buttons that do one thing at once: look again, resend an event, retry a task."""

import secrets

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from application.review_tasks import Decided
from application.verify_payment import Knock, PaymentNotFound, Settled
from domain.errors import InvalidValue
from domain.order import Trigger
from domain.payment import PaymentKey, PaymentStatus
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.door import Door, form_at, operator_of
from entrypoints.console.failures import NoSuch
from entrypoints.console.order_page import find_order
from entrypoints.console.pages import Notice, Pages
from entrypoints.console.parts import ConsoleParts
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.operator_log import OperatorAct, OperatorAction
from ports.task_desk import TaskState

_BAD_OUTCOMES = frozenset({"forged", "surplus"})


def button_routes(pages: Pages, door: Door, parts: ConsoleParts) -> list[HTTPRouteHandler]:
    """`/console/orders/…/look`, `/console/orders/…/resend` and `/console/tasks/retry`."""

    @post("/orders/{order_id:str}/look", opt=form_at("/console/orders/{order_id}"))
    async def look_again(request: AnyRequest, order_id: FromPath[str]) -> Redirect:
        key = payment_key(await door.form(request))
        await find_order(parts, order_id)
        await note(parts, request, OperatorAct.LOOKED_AGAIN, order_id, str(key))
        # Claimed unknown, so that no record answers in the gateway's place.
        knock = Knock(
            order_id=order_id, key=key, trigger=Trigger.CONSOLE, claimed=PaymentStatus.UNKNOWN
        )
        return pages.go(request, f"/console/orders/{order_id}", await _looked(parts, knock))

    @post("/orders/{order_id:str}/resend", opt=form_at("/console/orders/{order_id}"))
    async def resend(request: AnyRequest, order_id: FromPath[str]) -> Redirect:
        event_id = (await door.form(request)).get("event", "")
        await find_order(parts, order_id)
        await note(parts, request, OperatorAct.RESENT_EVENT, order_id, event_id)
        resent = await parts.resend_events.one_of_order(order_id, event_id)
        key, tone = ("done.resend.none", "bad") if resent is None else ("done.resend", "good")
        return pages.go(request, f"/console/orders/{order_id}", Notice(key=key, tone=tone))

    @post("/tasks/retry", opt=form_at("/console/tasks"))
    async def retry(request: AnyRequest) -> Redirect:
        task_id = (await door.form(request)).get("task", "")
        standing = await parts.desk.find(task_id)
        if standing is None:
            raise NoSuch("done.retry.not")
        if standing.state is TaskState.PARKED:
            await note(parts, request, OperatorAct.RETRIED_TASK, standing.order_id, task_id)
        decided = isinstance(await parts.review_tasks.retry(task_id), Decided)
        notice = Notice(key="done.retry" if decided else "done.retry.not")
        return pages.go(request, "/console/tasks", notice if decided else _waiting(notice))

    return [look_again, resend, retry]


async def note(
    parts: ConsoleParts,
    request: AnyRequest,
    act: OperatorAct,
    order_id: str,
    subject: str,
    reason: str = "",
) -> None:
    """Writes down who presses what, before it is carried out: nothing is done unrecorded."""
    await parts.actions.add(
        OperatorAction(
            action_id=secrets.token_hex(12),
            at=parts.clock.now(),
            operator=operator_of(request),
            act=act,
            order_id=order_id,
            subject=subject,
            reason=reason,
        )
    )


def payment_key(form: dict[str, str]) -> PaymentKey:
    """The payment that a form names, like `portone-v1/imp_1`."""
    gateway, slash, payment_id = form.get("payment", "").partition("/")
    if not slash:
        raise InvalidValue("payment", "is missing")
    return PaymentKey(gateway=gateway, payment_id=payment_id)


async def _looked(parts: ConsoleParts, knock: Knock) -> Notice:
    try:
        verdict = await parts.verify_payment(knock)
    except (GatewayUnavailable, GatewayProtocolError):
        return Notice(key="done.look.down", tone="wait")
    except GatewayRefused:
        return Notice(key="done.look.refused", tone="bad")
    match verdict:
        case Settled(outcome=outcome):
            tone = "bad" if outcome.kind in _BAD_OUTCOMES else "good"
            return Notice(key="done.look", tone=tone, group="outcome", word=outcome.kind.value)
        case PaymentNotFound():
            return Notice(key="done.look.unknown", tone="bad")
        case _:
            raise NoSuch("error.404.order", id=knock.order_id)


def _waiting(notice: Notice) -> Notice:
    return Notice(key=notice.key, tone="wait")
