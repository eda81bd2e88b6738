"""The shop's page: one page of HTML in the browser's language, and what it may load."""

import json
import os
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from stripe_desk import stripe_routes

HERE = Path(__file__).parent
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))
TEXTS = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
PRICES = {"tulips": 12_000, "rose": 3_500, "basket": 148_000}

# The gateway's browser script and the merchant's code: all that differs between trial and life.
SCRIPT = os.environ.get("SHOP_SCRIPT_URL", "https://cdn.iamport.kr/v1/iamport.js")
CODE = os.environ["SHOP_MERCHANT_CODE"]
GATEWAY = os.environ.get("SHOP_GATEWAY", "portone-v1")
PORT = int(os.environ.get("SHOP_PORT", "8080"))
CHANNEL = os.environ.get("SHOP_CHANNEL_KEY", "")

# What a page may load: nothing but the shop's own, and the windows of a stand-in. What a real
# window loads, and how it is written, is its card company's affair, and nobody says it.
POLICY = "base-uri 'none'; frame-ancestors 'none'"
if not SCRIPT.startswith("https:"):
    home = "http://" + urlsplit(SCRIPT).netloc
    POLICY += f"; default-src 'self'; script-src 'self' {home}; frame-src {home}"
    POLICY += f"; form-action 'self' {home}"


def serve(posts: dict[str, Handler]) -> None:
    """Serves the page and what lies beside it, and what the backend does with each form sent."""
    app = web.Application()
    app.add_routes([web.get("/", page), web.static("/static", HERE / "static")])
    app.add_routes([web.post(path, handler) for path, handler in posts.items()])
    app.add_routes(stripe_routes() if GATEWAY == "stripe" else [])
    web.run_app(app, host="127.0.0.1", port=PORT, print=say)


def say(words: str) -> None:
    print(words.splitlines()[0], flush=True)  # noqa: T201 - to whoever tries it out


async def page(request: web.Request) -> web.Response:
    prices = {f"{goods}_price": f"₩{price:,}" for goods, price in PRICES.items()}
    words = TEXTS[language(request)] | prices
    text = PAGE.substitute(words, script=SCRIPT, code=CODE, gateway=GATEWAY, channel=CHANNEL)
    headers = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def language(request: web.Request) -> str:
    """Korean for browsers that like it best, English for all others."""
    return "ko" if request.headers.get("Accept-Language", "ko").startswith("ko") else "en"
