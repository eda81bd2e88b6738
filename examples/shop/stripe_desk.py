"""With Stripe the shop's own backend opens each payment, for the amount that payproof has."""

import os
import re

from aiohttp import ClientError, ClientSession, web

STRIPE = os.environ.get("SHOP_STRIPE_URL", "https://api.stripe.com")


def stripe_routes() -> list[web.AbstractRouteDef]:
    return [web.post("/stripe/payment", open_payment)]


async def open_payment(request: web.Request) -> web.Response:
    """The page names its order; what that costs is not for the page to say."""
    named = re.search(r"shop-[0-9a-f]{12}", await request.text())
    if named is None:
        return web.json_response({"status": "orderNotFound"}, status=404)
    order_id = named[0]
    try:
        async with ClientSession(raise_for_status=True) as http:
            by_shop = {"Authorization": f"Bearer {os.environ['SHOP_PAYPROOF_KEY']}"}
            known = f"{os.environ['SHOP_PAYPROOF_URL']}/orders/{order_id}"
            order = await (await http.get(known, headers=by_shop)).json()
            # Opened once, however often the page asks.
            key = {"Authorization": f"Bearer {os.environ['SHOP_STRIPE_KEY']}"}
            key["Idempotency-Key"] = f"open-{order_id}"
            payment = {
                "amount": order["amount"].replace(".", ""),
                "currency": order["currency"].lower(),
                "description": order_id,
                "metadata[order_id]": order_id,
            }
            opened = await http.post(f"{STRIPE}/v1/payment_intents", data=payment, headers=key)
            return web.json_response({"client_secret": (await opened.json())["client_secret"]})
    except (ClientError, TimeoutError):
        return web.json_response({"status": "unavailable"}, status=503)
