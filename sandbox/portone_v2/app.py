"""Puts the vendor's API and the control API on one aiohttp application."""

from aiohttp import web

from sandbox.machinery.checkout.desk import CheckoutDesk
from sandbox.machinery.control_console import ControlConsole
from sandbox.machinery.control_desk import ControlDesk
from sandbox.machinery.front import BODY_LIMIT, front_door
from sandbox.portone_v2.cashier import PortOneV2Cashier
from sandbox.portone_v2.control_payments import ControlPayments
from sandbox.portone_v2.control_traffic import ControlTraffic
from sandbox.portone_v2.vendor_access import VendorAccess
from sandbox.portone_v2.vendor_reads import VendorReads
from sandbox.portone_v2.vendor_writes import VendorWrites
from sandbox.portone_v2.world import World


def build_app(world: World) -> web.Application:
    """Build an application over one world."""
    access = VendorAccess(world.access)
    door = front_door(world, access.admit)
    app = web.Application(middlewares=[door], client_max_size=BODY_LIMIT)
    app.add_routes(access.routes())
    app.add_routes(VendorReads(world).routes())
    app.add_routes(VendorWrites(world).routes())
    app.add_routes(CheckoutDesk(PortOneV2Cashier(world)).routes())
    app.add_routes(ControlPayments(world).routes())
    app.add_routes(ControlTraffic(world).routes())
    app.add_routes(ControlConsole(world).routes())
    app.add_routes(ControlDesk(world).routes())
    return app
