"""Puts the vendor's API and the control API on one aiohttp application."""

import base64
import binascii
import hmac
from typing import Final

from aiohttp import web

from sandbox.machinery.checkout.desk import CheckoutDesk
from sandbox.machinery.control_console import ControlConsole
from sandbox.machinery.control_desk import ControlDesk
from sandbox.machinery.fault_effects import Handler
from sandbox.machinery.front import BODY_LIMIT, front_door
from sandbox.stripe.answers import InvalidParameter, VendorError
from sandbox.stripe.cashier import StripeCashier
from sandbox.stripe.control_payments import ControlPayments
from sandbox.stripe.control_traffic import ControlTraffic
from sandbox.stripe.vendor_reads import VendorReads
from sandbox.stripe.vendor_writes import VendorWrites
from sandbox.stripe.world import World

# The connected account that a platform's key may ask for here.
ACCOUNT: Final = "acct_sandbox"


def build_app(world: World) -> web.Application:
    """Build an application over one world."""

    async def admit(handler: Handler, request: web.Request) -> web.StreamResponse:
        try:
            _check_key(request, world.api_key)
            return await handler(request)
        except VendorError as error:
            return error.answer()
        except web.HTTPException as error:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            return VendorError(error.status, message).answer()
        except web.RequestPayloadError:
            return InvalidParameter("Invalid request: the body cannot be read.").answer()

    app = web.Application(middlewares=[front_door(world, admit)], client_max_size=BODY_LIMIT)
    app.add_routes(VendorReads(world.ledger).routes())
    app.add_routes(VendorWrites(world).routes())
    app.add_routes(CheckoutDesk(StripeCashier(world)).routes())
    app.add_routes(ControlPayments(world).routes())
    app.add_routes(ControlTraffic(world).routes())
    app.add_routes(ControlConsole(world).routes())
    app.add_routes(ControlDesk(world).routes())
    return app


def _check_key(request: web.Request, api_key: str) -> None:
    """Take the key as a bearer token, or as the name of a basic login without a password."""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            told = base64.b64decode(told, validate=True).decode().partition(":")[0]
        except (binascii.Error, ValueError):
            told = ""
    if not told:
        raise VendorError(401, "You did not provide an API key.")
    if not hmac.compare_digest(told.encode(errors="replace"), api_key.encode()):
        raise VendorError(401, "Invalid API Key provided: ****")
    account = request.headers.get("Stripe-Account")
    if account not in (None, ACCOUNT):
        message = f"The provided key does not have access to account '{account}'."
        raise VendorError(403, message, code="account_invalid")
