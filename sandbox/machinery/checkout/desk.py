"""What browsers ask for: the script, payment windows, receipts, and the counter of a bank."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

from sandbox.machinery.checkout import pages
from sandbox.machinery.checkout.cashier import WAYS, Cashier, Press, Unpayable
from sandbox.machinery.checkout.pages import CHECKOUT
from sandbox.machinery.checkout.way_back import WayBack, text_in
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject, loads

SCRIPT_PATH: Final = f"{CHECKOUT}/script.js"
BANK_PATH: Final = f"{CHECKOUT}/bank"
_WINDOWS: Final = f"{CHECKOUT}/windows"
_RECEIPTS: Final = f"{CHECKOUT}/receipts"
_OVERLAY: Final = Path(__file__).parent / "overlay.js"
# Nobody has more windows open at once; the oldest is forgotten.
_MOST_OPEN: Final = 1000

_Page = Callable[["CheckoutDesk", web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, kw_only=True)
class _Window:
    """A window of one payment. It ends once, however often its buttons are pressed."""

    way_back: WayBack
    result: JsonObject | None = None
    way_back_is_lost: bool = False


def _shown(page: _Page) -> _Page:
    """Say on a page of its own what cannot be done."""

    @wraps(page)
    async def shown(self: "CheckoutDesk", request: web.Request) -> web.StreamResponse:
        try:
            return await page(self, request)
        except ControlError as error:
            return pages.problem_page(request, error.message, error.http_status)

    return shown


class CheckoutDesk:
    """The side of a buyer's browser, before one vendor's cashier."""

    def __init__(self, cashier: Cashier) -> None:
        """Start without windows."""
        self._cashier = cashier
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get(SCRIPT_PATH, self.script),
            pages.assets_route(),
            web.get(f"{_RECEIPTS}/{{id}}", self.receipt),
            web.get(BANK_PATH, self.bank),
            web.post(BANK_PATH, self.deposit),
            web.post(CHECKOUT, self.open),
            web.get(f"{_WINDOWS}/{{id}}", self.show),
            web.post(f"{_WINDOWS}/{{id}}", self.end),
        ]

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Serve the stand-in for the vendor's script, in a scope of its own."""
        parts = [path.read_text(encoding="utf-8") for path in (_OVERLAY, self._cashier.script)]
        text = "(() => {\n" + "\n".join(parts) + "})();\n"
        headers = {"Cache-Control": "no-cache"}
        return web.Response(text=text, content_type="text/javascript", headers=headers)

    @_shown
    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open a window for what a page asks; what cannot be paid goes straight back to it."""
        form = await _form(request)
        way_back = WayBack.read(form, allow_remote=self._cashier.allow_remote)
        params = _params(form)
        try:
            payment_id = await self._cashier.open(params, way_back)
        except Unpayable as refusal:
            return self._lead_back(request, way_back, self._cashier.refuse(params, refusal))
        self._windows[payment_id] = _Window(way_back=way_back)
        if len(self._windows) > _MOST_OPEN:
            self._windows.popitem(last=False)
        raise web.HTTPSeeOther(f"{_WINDOWS}/{quote(payment_id, safe='')}")

    @_shown
    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show a window, or its end if it has one."""
        window = self._window(request)
        if window.result is not None:
            return self._ended(request, window, window.result)
        return pages.window_page(
            request,
            self._cashier.sale(request.match_info["id"]),
            framed_by=window.way_back.framed_by,
            way_back=window.way_back.form_leads_to,
        )

    @_shown
    async def end(self, request: web.Request) -> web.StreamResponse:
        """End a window as its button says; pressed again, it ends as it did."""
        window = self._window(request)
        press = _press(Fields.within(await _form(request), "way", "method", "amount"), request)
        if window.result is None:
            window.result = await self._cashier.end(request.match_info["id"], press)
            window.way_back_is_lost = press.way == "loseBoth"
        return self._ended(request, window, window.result)

    @_shown
    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """Show the receipt of a payment."""
        paid_at = self._cashier.paid_at(request.match_info["id"])
        if paid_at is None:
            raise ControlError(404, "the payment has no receipt")
        return pages.receipt_page(request, self._cashier.sale(request.match_info["id"]), paid_at)

    @_shown
    async def bank(self, request: web.Request) -> web.StreamResponse:
        """Show the accounts that wait."""
        return pages.bank_page(request, self._cashier.waiting())

    @_shown
    async def deposit(self, request: web.Request) -> web.StreamResponse:
        """Pay into an account."""
        fields = Fields.within(await _form(request), "payment")
        await self._cashier.deposit(fields.required_text("payment"))
        raise web.HTTPSeeOther(BANK_PATH)

    def _window(self, request: web.Request) -> _Window:
        window = self._windows.get(request.match_info["id"])
        if window is None:
            raise ControlError(404, "no such payment window")
        return window

    def _ended(
        self, request: web.Request, window: _Window, result: JsonObject
    ) -> web.StreamResponse:
        if window.way_back_is_lost:
            return pages.lost_page(request)
        return self._lead_back(request, window.way_back, result)

    def _lead_back(
        self, request: web.Request, way_back: WayBack, result: JsonObject
    ) -> web.StreamResponse:
        """Tell the page that waits, or send the browser where the page wants it."""
        if way_back.redirect is None:
            return pages.ending_page(request, result, opener=way_back.origin)
        raise web.HTTPSeeOther(self._cashier.lead_back(way_back, result))


def _press(fields: Fields, request: web.Request) -> Press:
    way = fields.word("way", frozenset(WAYS))
    if way is None:
        raise ControlError(400, f"way is missing; one of {', '.join(WAYS)}")
    payment_id = quote(request.match_info["id"], safe="")
    return Press(
        way=way,
        by_account=fields.text("method") == "account",
        amount=fields.required_amount("amount") if way == "otherAmount" else None,
        receipt_url=f"{request.url.origin()}{_RECEIPTS}/{payment_id}",
    )


def _params(form: JsonObject) -> JsonObject:
    """Read what the page gave to the vendor's script."""
    try:
        params = loads(text_in(form, "params"))
    except ValueError:
        raise ControlError(400, "params are not JSON") from None
    if not isinstance(params, dict):
        raise ControlError(400, "params must be an object")
    return params


async def _form(request: web.Request) -> JsonObject:
    try:
        return dict(await request.post())
    except (ValueError, web.RequestPayloadError):
        raise ControlError(400, "the form cannot be read") from None
