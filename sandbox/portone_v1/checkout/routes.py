"""What browsers ask for: the script, payment windows, receipts, and the counter of a bank."""

from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.machinery.checkout import pages
from sandbox.machinery.checkout.pages import CHECKOUT, Sale, Waiting
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.checkout.endings import bring_about, paid_for_another_order, refused
from sandbox.portone_v1.checkout.opened import (
    OpenWindow,
    OpenWindows,
    WayBack,
    read_params,
    read_request,
    read_way_back,
)
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.world import World

SCRIPT_PATH: Final = f"{CHECKOUT}/iamport.js"
BANK_PATH: Final = f"{CHECKOUT}/bank"
_SCRIPT: Final = Path(__file__).parent / "iamport.js"
_REDIRECTED: Final = ("imp_uid", "merchant_uid", "imp_success", "error_code", "error_msg")

_Page = Callable[["Checkout", web.Request], Awaitable[web.StreamResponse]]


def _shown(page: _Page) -> _Page:
    """Say on a page of its own what cannot be done."""

    @wraps(page)
    async def shown(self: "Checkout", request: web.Request) -> web.StreamResponse:
        try:
            return await page(self, request)
        except ControlError as error:
            return pages.problem_page(request, error.message, error.http_status)

    return shown


class Checkout:
    """The vendor's side of a buyer's browser."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world
        self._windows = OpenWindows()

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints; the fixed paths first."""
        return [
            web.get(SCRIPT_PATH, self.script),
            pages.assets_route(),
            web.get(f"{CHECKOUT}/receipts/{{imp_uid}}", self.receipt),
            web.get(BANK_PATH, self.bank),
            web.post(BANK_PATH, self.deposit),
            web.post(CHECKOUT, self.open),
            web.get(f"{CHECKOUT}/{{imp_uid}}", self.show),
            web.post(f"{CHECKOUT}/{{imp_uid}}", self.end),
        ]

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Serve the stand-in for the vendor's script."""
        return web.FileResponse(_SCRIPT, headers={"Cache-Control": "no-cache"})

    @_shown
    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open a window for what a page asks; what cannot be paid goes straight back to it."""
        form = await _form(request)
        way_back = read_way_back(form, self._world)
        params = read_params(form)
        try:
            payment = self._open(params, way_back)
        except ControlError as error:
            code = "F1002" if error.message == words.ORDER_ALREADY_PAID else "F400"
            result = refused(params.get("merchant_uid"), code, error.message)
            return _lead_back(request, way_back, result)
        raise web.HTTPSeeOther(f"{CHECKOUT}/{payment.imp_uid}")

    @_shown
    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a window, or its end if it has one."""
        window = self._windows.get(request.match_info["imp_uid"])
        if window.result is not None:
            return _ended(request, window, window.result)
        payment = self._world.payment(window.imp_uid)
        reusable = paid_for_another_order(self._world, payment) is not None
        return pages.window_page(
            request,
            _sale(payment, other_payment=reusable),
            framed_by=window.way_back.framed_by,
            way_back=window.way_back.form_leads_to,
        )

    @_shown
    async def end(self, request: web.Request) -> web.StreamResponse:
        """End a window as its button says; pressed again, it ends as it did."""
        window = self._windows.get(request.match_info["imp_uid"])
        form = await _form(request)
        fields = Fields.within(form, "way", "method", "amount")
        if window.result is None:
            way = fields.required_text("way")
            window.result = await bring_about(
                self._world,
                window,
                way,
                method=fields.text("method") or "",
                amount=fields.amount("amount") if way == "otherAmount" else None,
                receipt_url=f"{request.url.origin()}{CHECKOUT}/receipts/{window.imp_uid}",
            )
            window.way_back_is_lost = way == "loseBoth"
        return _ended(request, window, window.result)

    @_shown
    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """Show the receipt of a payment."""
        payment = self._world.payment(request.match_info["imp_uid"])
        if payment.status not in changes.CLOSED:
            raise ControlError(404, "the payment has no receipt")
        return pages.receipt_page(request, _sale(payment), payment.time("paid_at"))

    @_shown
    async def bank(self, request: web.Request) -> web.StreamResponse:
        """Show the accounts that wait, the latest first."""
        waiting = [it for it in self._world.ledger.latest("ready") if it.awaits_deposit]
        return pages.bank_page(request, [_waiting(payment) for payment in waiting])

    @_shown
    async def deposit(self, request: web.Request) -> web.StreamResponse:
        """Pay into an account, and tell the shop as the vendor does."""
        fields = Fields.within(await _form(request), "payment")
        payment = self._world.payment(fields.required_text("payment"))
        now = self._world.clock.now()
        self._world.change(payment, lambda it: changes.deposit(it, now))
        await self._world.announce(payment)
        raise web.HTTPSeeOther(BANK_PATH)

    def _open(self, params: JsonObject, way_back: WayBack) -> Payment:
        opening = read_request(params, way_back, self._world)
        confirm_url = Fields(params, frozenset(params)).url(
            "confirm_url", allow_remote=self._world.allow_remote
        )
        if self._world.ledger.attempts(opening.payment.merchant_uid, "paid"):
            raise ControlError(409, words.ORDER_ALREADY_PAID)
        payment = self._world.open(opening.payment, opening.notice_url)
        self._windows.keep(
            OpenWindow(imp_uid=payment.imp_uid, way_back=way_back, confirm_url=confirm_url)
        )
        return payment


async def _form(request: web.Request) -> JsonObject:
    try:
        return dict(await request.post())
    except (ValueError, web.RequestPayloadError):
        raise ControlError(400, "the form cannot be read") from None


def _ended(request: web.Request, window: OpenWindow, result: JsonObject) -> web.StreamResponse:
    if window.way_back_is_lost:
        return pages.lost_page(request)
    return _lead_back(request, window.way_back, result)


def _lead_back(request: web.Request, way_back: WayBack, result: JsonObject) -> web.StreamResponse:
    """Tell the page that waits, or send the browser where the page wants it."""
    if way_back.redirect is None:
        return pages.ending_page(request, result, opener=way_back.origin)
    told = {name: result.get(name) for name in _REDIRECTED} | {
        "imp_success": str(result["success"]).lower()
    }
    parts = urlsplit(way_back.redirect)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [(name, str(value)) for name, value in told.items() if value is not None]
    raise web.HTTPSeeOther(urlunsplit(parts._replace(query=urlencode(query))))


def _sale(payment: Payment, *, other_payment: bool = False) -> Sale:
    return Sale(
        order_id=payment.merchant_uid,
        name=str(payment.get("name")),
        amount=_amount(payment),
        by_account=payment.get("pay_method") == "vbank",
        other_payment=other_payment,
    )


def _waiting(payment: Payment) -> Waiting:
    return Waiting(
        payment_id=payment.imp_uid,
        bank=str(payment.get("vbank_name")),
        number=str(payment.get("vbank_num")),
        name=str(payment.get("name")),
        amount=_amount(payment),
        due_at=payment.time("vbank_date"),
    )


def _amount(payment: Payment) -> str:
    amount, currency = payment.get("amount"), payment.get("currency")
    return f"₩{amount:,}" if currency == "KRW" else f"{amount:,} {currency}"
