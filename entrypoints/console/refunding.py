"""Giving money back by hand: a form, a second look at what was typed, and only then the deed.

Theory of operation. A form names the version of the order that its operator saw. One that is
older by now does nothing, so nobody decides on what has changed; and two operators who saw the
same version ask for one refund, because its idempotency key is made of payment and version.
"""

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from application.request_refund import NotRefundable, RefundAnswer, RefundConflict, RefundRecorded
from domain.errors import InvalidValue
from domain.money import Money
from domain.order import Order
from domain.payment import Payment, PaymentKey
from domain.refund import RefundAccount, Requester
from domain.refund_request import RefundRequest
from domain.refund_rules import Unrefundable, left_to_refund
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.buttons import note, payment_key
from entrypoints.console.door import Door, form_at, operator_of
from entrypoints.console.order_page import find_order
from entrypoints.console.pages import Notice, Pages
from entrypoints.console.parts import ConsoleParts
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.operator_log import OperatorAct

_AT = form_at("/console/orders/{order_id}")
_ACCOUNT = ("bank", "number", "holder", "phone")
_TYPED = ("payment", "version", "amount", "reason", *_ACCOUNT)
_KNOWN = Notice(key="done.refund.known", tone="wait")
_CHANGED = Notice(key="done.refund.changed", tone="wait")


def refund_routes(pages: Pages, door: Door, parts: ConsoleParts) -> list[HTTPRouteHandler]:
    """`/console/orders/…/refund` and `/console/orders/…/refund/check`."""

    def form(
        request: AnyRequest,
        order: Order,
        key: PaymentKey,
        typed: dict[str, str],
        problem: InvalidValue | None = None,
    ) -> Template:
        payment = order.payment(key)
        context = {
            "order": order,
            "payment": str(key),
            "left": _left(order, payment),
            "needs_account": payment is not None and payment.virtual_account is not None,
            "typed": {name: typed.get(name, "") for name in _TYPED} | {"version": order.version},
            "problem": problem,
        }
        status = 200 if problem is None else 400
        return pages.page(request, "refund", context, http_status=status)

    @get("/orders/{order_id:str}/refund")
    async def ask(request: AnyRequest, order_id: FromPath[str]) -> Template | Redirect:
        order = await find_order(parts, order_id)
        key = payment_key({"payment": request.query_params.get("payment", "")})
        payment = order.payment(key)
        if payment is not None and not payment.holds_money:
            return pages.go(
                request, f"/console/orders/{order_id}", _no(Unrefundable.HOLDS_NO_MONEY)
            )
        return form(request, order, key, {})

    @post("/orders/{order_id:str}/refund/check", status_code=200, opt=_AT)
    async def check(request: AnyRequest, order_id: FromPath[str]) -> Template | Redirect:
        typed = await door.form(request)
        order, key = await find_order(parts, order_id), payment_key(typed)
        if typed.get("version") != str(order.version):
            return pages.go(request, f"/console/orders/{order_id}", _CHANGED)
        left = _left(order, order.payment(key))
        try:
            refund = _request(order_id, key, typed, operator_of(request))
            amount = left and refund.amount(left)
        except InvalidValue as problem:
            return form(request, order, key, typed, problem)
        context = {
            "order": order,
            "payment": str(key),
            "amount": amount,
            "typed": {name: typed.get(name, "") for name in _TYPED},
        }
        return pages.page(request, "refund_check", context)

    @post("/orders/{order_id:str}/refund", opt=_AT)
    async def refund(request: AnyRequest, order_id: FromPath[str]) -> Redirect:
        typed = await door.form(request)
        order, key = await find_order(parts, order_id), payment_key(typed)
        wanted = _request(order_id, key, typed, operator_of(request))
        if order.refund(wanted.refund_id) is not None:
            notice = _KNOWN
        elif typed.get("version") != str(order.version):
            notice = _CHANGED
        else:
            act = OperatorAct.REQUESTED_REFUND
            await note(parts, request, act, order_id, str(key), wanted.reason)
            notice = await _asked(parts, wanted)
        return pages.go(request, f"/console/orders/{order_id}", notice)

    return [ask, check, refund]


def _left(order: Order, payment: Payment | None) -> Money | None:
    return None if payment is None else left_to_refund(order, payment)


def _request(order_id: str, key: PaymentKey, typed: dict[str, str], operator: str) -> RefundRequest:
    return RefundRequest(
        order_id=order_id,
        key=key,
        number=typed.get("amount", "").replace(",", "").strip() or None,
        reason=typed.get("reason", "").strip(),
        requested_by=Requester.CONSOLE,
        idempotency_key=f"{key}@{typed.get('version', '')[:20]}",
        operator=operator,
        account=_account(typed),
    )


def _account(typed: dict[str, str]) -> RefundAccount | None:
    bank, number, holder, phone = (typed.get(name, "").strip() for name in _ACCOUNT)
    if not (bank or number or holder or phone):
        return None
    return RefundAccount(bank_code=bank, number=number, holder=holder, phone=phone or None)


async def _asked(parts: ConsoleParts, wanted: RefundRequest) -> Notice:
    try:
        answer = await parts.request_refund(wanted)
    except (GatewayUnavailable, GatewayProtocolError):
        return Notice(key="done.look.down", tone="wait")
    except GatewayRefused:
        return Notice(key="done.look.refused", tone="bad")
    return _told(answer)


def _told(answer: RefundAnswer) -> Notice:
    match answer:
        case RefundRecorded(created=True):
            return Notice(key="done.refund")
        case RefundRecorded() | RefundConflict():
            return _KNOWN
        case NotRefundable(why=why):
            return _no(why)
        case _:
            return _no("paymentNotFound")


def _no(why: str) -> Notice:
    return Notice(key="done.refund.not", tone="bad", group="unrefundable", word=str(why))
