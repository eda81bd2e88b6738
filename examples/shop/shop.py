"""A shop's backend: the price is its own word, whether it was paid is payproof's. See README.md."""

import base64
import hmac
import json
import os
import secrets
import time

from aiohttp import ClientError, ClientSession, web
from front import PRICES, TEXTS, language, say, serve

PAYPROOF = os.environ["SHOP_PAYPROOF_URL"]
API_KEY = os.environ["SHOP_PAYPROOF_KEY"]
EVENT_KEY = base64.b64decode(os.environ["SHOP_EVENT_SECRET"].removeprefix("whsec_"))
heard: set[bytes] = set()


async def order(request: web.Request) -> web.Response:
    """The buyer chooses goods; price and order number are set here, and told to payproof."""
    words, order_id = TEXTS[language(request)], f"shop-{secrets.token_hex(6)}"
    try:
        wish = await request.json()
        buyer = {"id": f"guest-of-{order_id}", "phone": wish["phone"], "locale": words["lang"]}
        sale = {"order_id": order_id, "amount": PRICES[wish["goods"]], "currency": "KRW"}
    except (ValueError, LookupError, TypeError):
        return web.json_response({"status": "invalidRequest"}, status=400)
    sale |= {"name": words[wish["goods"]], "customer": buyer}
    return await ask_payproof(request, "/orders", json.dumps(sale))


async def complete(request: web.Request) -> web.Response:
    """The page says it has paid: payproof looks, and its answer goes back as it is."""
    return await ask_payproof(request, "/payments/complete", await request.text())


async def hear(request: web.Request) -> web.Response:
    """An event by Standard Webhooks. It may come twice, and counts once."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    event_id, at, told = (request.headers.get(name, "").encode(errors="replace") for name in names)
    body = await request.read()
    mac = hmac.digest(EVENT_KEY, b".".join((event_id, at, body)), "sha256")
    genuine = hmac.compare_digest(b"v1," + base64.b64encode(mac), told)
    if not (genuine and abs(time.time() - int(at)) < 300):
        return web.Response(status=401)
    if event_id not in heard:
        heard.add(event_id)
        event = json.loads(body)
        say(f"{event['type']} {event['data']['order_id']}")  # a real shop would ship now
    return web.Response(status=204)


async def ask_payproof(request: web.Request, path: str, body: str) -> web.Response:
    """Passes on a question. No answer is not a "no": the page then says "not known yet"."""
    headers = {"Authorization": f"Bearer {API_KEY}", "Accept-Language": language(request)}
    try:
        async with ClientSession(headers={"Content-Type": "application/json"}) as payproof:
            reply = await payproof.post(PAYPROOF + path, data=body, headers=headers)
            text, status = await reply.text(), reply.status
    except (ClientError, TimeoutError):
        text, status = '{"status": "unavailable"}', 503
    return web.Response(text=text, status=status, content_type="application/json")


if __name__ == "__main__":
    serve({"/orders": order, "/payments/complete": complete, "/events": hear})
