"""Makes the pages that a buyer sees at a vendor's: whole HTML, every value escaped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject, dumps

# Where everything for browsers lies: asked without keys, and no call of a vendor's API.
CHECKOUT: Final = "/_checkout"

_HERE = Path(__file__).parent
_ASSETS: Final = _HERE / "assets"
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = json.loads(
    (_HERE / "texts.json").read_text(encoding="utf-8")
)
_SHELL: Final = Template((_HERE / "shell.html").read_text(encoding="utf-8"))
_WINDOW: Final = Template((_HERE / "window.html").read_text(encoding="utf-8"))
_SEOUL: Final = timezone(timedelta(hours=9), "KST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a payment window shows of a sale; `amount` is text for people."""

    order_id: str
    name: str
    amount: str
    by_account: bool
    other_payment: bool
    # Whether money moves in the window, or only once the shop approves.
    paid_at_once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An account that waits for its deposit."""

    payment_id: str
    bank: str
    number: str
    name: str
    amount: str
    due_at: int


def assets_route() -> web.RouteDef:
    """Serve the style and the scripts of the pages."""

    async def serve(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in {path.name for path in _ASSETS.iterdir()}:
            raise web.HTTPNotFound
        return web.FileResponse(_ASSETS / name, headers={"Cache-Control": "no-cache"})

    return web.get(f"{CHECKOUT}/assets/{{name}}", serve)


def window_page(request: web.Request, sale: Sale, *, framed_by: str, way_back: str) -> web.Response:
    """Show the payment window; its form may lead to `way_back`. Both are words of a policy."""
    texts = texts_for(request)
    body = _WINDOW.substitute(
        texts,
        name=escape(sale.name),
        order_id=escape(sale.order_id),
        amount=escape(sale.amount),
        card_checked="" if sale.by_account else "checked",
        account_checked="checked" if sale.by_account else "",
        no_lose_both="" if sale.paid_at_once else "hidden",
        no_reuse="" if sale.other_payment else "disabled aria-describedby=no-other",
        no_other_hint=""
        if sale.other_payment
        else f'<p id="no-other" class="soft">{texts["no_other_payment"]}</p>',
    )
    return _page(
        request, texts["title"], body, framed_by=framed_by, way_back=way_back, script="window"
    )


def ending_page(request: web.Request, result: JsonObject, *, opener: str) -> web.Response:
    """Tell the page that opened the window how it ended; its address is `opener`."""
    texts = texts_for(request)
    message = escape(dumps(result).decode())
    body = (
        f'<main class="card" id="ending" data-opener="{escape(opener)}" data-result="{message}">'
        f"<h1>{texts['ended']}</h1></main>"
    )
    return _page(request, texts["title"], body, framed_by=opener, script="ending")


def lost_page(request: web.Request) -> web.Response:
    """Stand where the way back to the shop was lost."""
    texts = texts_for(request)
    body = f'<main class="card"><h1>{texts["lost"]}</h1><p>{texts["lost_hint"]}</p></main>'
    return _page(request, texts["lost"], body, framed_by="*")


def problem_page(request: web.Request, reason: str, http_status: int) -> web.Response:
    """Say why there is no window."""
    title = texts_for(request)["problem"]
    body = f'<main class="card"><h1>{title}</h1><p class="soft">{escape(reason)}</p></main>'
    return _page(request, title, body, http_status=http_status)


def receipt_page(request: web.Request, sale: Sale, paid_at: int) -> web.Response:
    """Show a receipt."""
    texts = texts_for(request)
    rows = {texts["order"]: sale.order_id, texts["paid_at"]: moment(paid_at)}
    body = (
        f'<main class="card"><p class="notice">{texts["notice"]}</p><h1>{texts["receipt"]}</h1>'
        f'<p>{escape(sale.name)}</p><p class="amount">{escape(sale.amount)}</p>{_rows(rows)}</main>'
    )
    return _page(request, texts["receipt"], body)


def bank_page(request: web.Request, accounts: Sequence[Waiting]) -> web.Response:
    """Show the accounts that wait, each with a button that pays into it."""
    texts = texts_for(request)
    items = "".join(_account(texts, account) for account in accounts)
    shown = f"<ul>{items}</ul>" if items else f'<p class="empty">{texts["bank_empty"]}</p>'
    body = (
        f'<main class="card wide"><p class="notice">{texts["notice"]}</p><h1>{texts["bank"]}</h1>'
        f"<p>{texts['bank_hint']}</p>{shown}</main>"
    )
    return _page(request, texts["bank"], body)


def texts_for(request: web.Request) -> Mapping[str, str]:
    """Give the words in the browser's first language: Korean, or else English."""
    first = request.headers.get("Accept-Language", "ko")[:2].lower()
    return _TEXTS["ko" if first == "ko" else "en"]


def moment(at: int) -> str:
    """Write a time as people in Seoul read it."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone(_SEOUL):%Y-%m-%d %H:%M} KST"


def _account(texts: Mapping[str, str], account: Waiting) -> str:
    label = escape(f"{texts['deposit']}: {account.number}")
    return (
        f'<li><form method="post"><h2>{escape(account.name)}</h2>'
        f'<p class="amount">{escape(account.amount)}</p>'
        f"<p>{escape(account.bank)} {escape(account.number)}<br>"
        f'<span class="soft">{texts["due"]} {moment(account.due_at)}</span></p>'
        f'<button class="main" name="payment" value="{escape(account.payment_id)}"'
        f' aria-label="{label}">{texts["deposit"]}</button></form></li>'
    )


def _rows(rows: Mapping[str, str]) -> str:
    return (
        "<dl>"
        + "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows.items())
        + "</dl>"
    )


def _page(
    request: web.Request,
    title: str,
    body: str,
    *,
    framed_by: str = "'none'",
    way_back: str = "",
    script: str | None = None,
    http_status: int = 200,
) -> web.Response:
    policy = (
        "default-src 'none'; img-src 'self'; script-src 'self'; style-src 'self'; "
        f"base-uri 'none'; form-action 'self' {way_back}; frame-ancestors {framed_by}"
    )
    whole = _SHELL.substitute(
        lang=texts_for(request)["lang"],
        title=title,
        look="" if framed_by == "'none'" else "framed",
        body=body,
        script=""
        if script is None
        else f'<script type="module" src="{CHECKOUT}/assets/{script}.js"></script>',
    )
    headers: dict[str, Any] = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return web.Response(text=whole, status=http_status, content_type="text/html", headers=headers)
