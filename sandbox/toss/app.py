"""Puts the vendor's API and the control API on one aiohttp application."""

from aiohttp import web

from sandbox.machinery.checkout.desk import CheckoutDesk
from sandbox.machinery.control_console import ControlConsole
from sandbox.machinery.control_desk import ControlDesk
from sandbox.machinery.fault_effects import Handler
from sandbox.machinery.front import BODY_LIMIT, front_door
from sandbox.toss.answers import VendorRefusal, refusal, wants_english
from sandbox.toss.cashier import TossCashier
from sandbox.toss.control_payments import ControlPayments
from sandbox.toss.control_traffic import ControlTraffic
from sandbox.toss.vendor_reads import VendorReads
from sandbox.toss.vendor_writes import VendorWrites
from sandbox.toss.world import World


def build_app(world: World) -> web.Application:
    """Build an application over one world."""
    app = web.Application(middlewares=[front_door(world, _answered)], client_max_size=BODY_LIMIT)
    app.add_routes(VendorWrites(world).routes())
    app.add_routes(VendorReads(world).routes())
    app.add_routes(CheckoutDesk(TossCashier(world)).routes())
    app.add_routes(ControlPayments(world).routes())
    app.add_routes(ControlTraffic(world).routes())
    app.add_routes(ControlConsole(world).routes())
    app.add_routes(ControlDesk(world).routes())
    return app


async def _answered(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except VendorRefusal as error:
        return refusal(error.code, in_english=wants_english(request))
    except web.HTTPException:
        return refusal("NOT_FOUND", in_english=wants_english(request))
    except web.RequestPayloadError:
        return refusal("INVALID_REQUEST", in_english=wants_english(request))
