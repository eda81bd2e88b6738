"""The shop's page: one page of HTML in the browser's language, and what it may load."""

import json
import os
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from aiohttp import web

HERE = Path(__file__).parent
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))
TEXTS = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
PRICES = {"tulips": 12_000, "rose": 3_500, "basket": 148_000}

# The gateway's browser script and the merchant's code: all that differs between trial and life.
SCRIPT = os.environ.get("SHOP_SCRIPT_URL", "https://cdn.iamport.kr/v1/iamport.js")
CODE = os.environ["SHOP_MERCHANT_CODE"]
GATEWAY = os.environ.get("SHOP_GATEWAY", "portone-v1")

# A real payment window loads what its card company likes; a stand-in's comes from one address.
WINDOWS = "https:" if SCRIPT.startswith("https:") else "http://" + urlsplit(SCRIPT).netloc
POLICY = "; ".join(
    [
        "default-src 'none'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        *(f"{part} 'self' {WINDOWS}" for part in ("script-src", "connect-src", "form-action")),
        f"frame-src {WINDOWS}",
        "style-src 'self'" + (" 'unsafe-inline' https:" if WINDOWS == "https:" else ""),
    ]
)


def page_routes() -> list[web.AbstractRouteDef]:
    """The page, and what lies beside it."""
    return [web.get("/", page), web.static("/static", HERE / "static")]


async def page(request: web.Request) -> web.Response:
    prices = {f"{goods}_price": f"₩{price:,}" for goods, price in PRICES.items()}
    words = TEXTS[language(request)] | prices
    text = PAGE.substitute(words, script=SCRIPT, code=CODE, gateway=GATEWAY)
    headers = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def language(request: web.Request) -> str:
    """Korean for browsers that like it best, English for all others."""
    return "ko" if request.headers.get("Accept-Language", "ko").startswith("ko") else "en"
