"""Puts the vendor's API and the control API on one aiohttp application."""

from aiohttp import web

from sandbox.machinery.checkout.desk import CheckoutDesk
from sandbox.machinery.control_console import ControlConsole
from sandbox.machinery.control_desk import ControlDesk
from sandbox.machinery.fault_effects import Handler
from sandbox.machinery.front import BODY_LIMIT, front_door
from sandbox.portone_v1 import words
from sandbox.portone_v1.answers import VendorRefusal, refusal
from sandbox.portone_v1.cashier import PortOneV1Cashier
from sandbox.portone_v1.control_bulk import ControlBulk
from sandbox.portone_v1.control_payments import ControlPayments
from sandbox.portone_v1.control_traffic import ControlTraffic
from sandbox.portone_v1.vendor_reads import VendorReads
from sandbox.portone_v1.vendor_tokens import VendorTokens
from sandbox.portone_v1.vendor_writes import VendorWrites
from sandbox.portone_v1.world import World


def build_app(world: World) -> web.Application:
    """Build an application over one world."""
    tokens = VendorTokens(world.desk)

    async def admit(handler: Handler, request: web.Request) -> web.StreamResponse:
        try:
            tokens.admit(request)
            return await handler(request)
        except VendorRefusal as error:
            return refusal(error.http_status, error.message, error.code)
        except web.HTTPException as error:
            return refusal(error.status, words.PATH_NOT_FOUND)
        except web.RequestPayloadError:
            return refusal(400, words.PARAMETER_INVALID.format(name="body"))

    app = web.Application(middlewares=[front_door(world, admit)], client_max_size=BODY_LIMIT)
    app.add_routes(tokens.routes())
    # Before the reads, whose /payments/{imp_uid} would take the fixed paths as well.
    app.add_routes(VendorWrites(world.ledger, world.clock, world.announce).routes())
    app.add_routes(VendorReads(world.ledger, world.clock).routes())
    app.add_routes(CheckoutDesk(PortOneV1Cashier(world)).routes())
    app.add_routes(ControlBulk(world).routes())
    app.add_routes(ControlPayments(world).routes())
    app.add_routes(ControlTraffic(world).routes())
    app.add_routes(ControlConsole(world).routes())
    app.add_routes(ControlDesk(world).routes())
    return app
