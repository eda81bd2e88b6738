"""Builds the console: its routes under `/console`, and the templates that they are shown by."""

from litestar import Router, get
from litestar.exceptions import NotFoundException

from entrypoints.api.bodies import AnyRequest
from entrypoints.console.approvals import approvals_route
from entrypoints.console.approving import approval_routes
from entrypoints.console.buttons import button_routes
from entrypoints.console.door import Door
from entrypoints.console.failures import showing_failures
from entrypoints.console.health import health_route
from entrypoints.console.lists import list_routes
from entrypoints.console.login import login_routes
from entrypoints.console.login_limit import LoginLimit
from entrypoints.console.logouts import Logouts
from entrypoints.console.mount import Console
from entrypoints.console.order_page import order_route
from entrypoints.console.overview import overview_route
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from entrypoints.console.queues import queue_routes
from entrypoints.console.refunding import refund_routes
from entrypoints.console.session import Sessions


def console_of(parts: ConsoleParts) -> Console:
    """The console over these parts."""
    sessions = Sessions(parts.password, parts.clock)
    pages = Pages(sessions, tells_shop=parts.tells_shop)
    door = Door(sessions, Logouts(parts.seen_webhooks, parts.clock))

    @get("/{rest:path}")
    async def nothing_here(request: AnyRequest) -> None:
        raise NotFoundException

    routes = Router(
        "/console",
        route_handlers=[
            pages.assets.route(),
            *login_routes(pages, door, LoginLimit(parts.clock)),
            overview_route(pages, parts),
            *list_routes(pages, parts),
            order_route(pages, parts),
            *button_routes(pages, door, parts),
            *refund_routes(pages, door, parts),
            approvals_route(pages, parts),
            *approval_routes(pages, door, parts),
            *queue_routes(pages, parts),
            health_route(pages, parts),
            nothing_here,
        ],
        guards=[door.guard()],
        exception_handlers=showing_failures(pages),
        include_in_schema=False,
    )
    return Console(routes=routes, templates=pages.templates)
