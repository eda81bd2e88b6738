"""Whether database, gateway and worker answer: asked apart from the page, for it may take long."""

import asyncio

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from entrypoints.api.bodies import AnyRequest
from entrypoints.api.health import PING_TIMEOUT_S, WORKER_SILENCE_S
from entrypoints.console.door import WITHOUT_STORE
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.errors import GatewayRefused, PortError
from ports.payment_gateway import PaymentGateway

_GATEWAY_TIMEOUT_S = 6.0


def health_route(pages: Pages, parts: ConsoleParts) -> HTTPRouteHandler:
    """`/console/health`."""

    @get("/health", opt=WITHOUT_STORE)
    async def show_health(request: AnyRequest) -> Template:
        database, *gateways = await asyncio.gather(
            _database(parts),
            *(
                _gateway(gateway, parts.nobodys_payments[name])
                for name, gateway in parts.gateways.items()
            ),
        )
        context = {
            "database": database,
            "gateways": dict(zip(parts.gateways, gateways, strict=True)),
            "worker": _worker(parts),
        }
        return pages.page(request, "health", context)

    return show_health


async def _database(parts: ConsoleParts) -> str:
    try:
        async with asyncio.timeout(PING_TIMEOUT_S):
            await parts.orders.ping()
    except (PortError, TimeoutError):
        return "unavailable"
    return "ok"


async def _gateway(gateway: PaymentGateway, nobodys_payment_id: str) -> str:
    try:
        async with asyncio.timeout(_GATEWAY_TIMEOUT_S):
            # The answer "unknown" proves that our credentials were accepted.
            await gateway.find_payment(nobodys_payment_id)
    except GatewayRefused:
        return "refused"
    except (PortError, TimeoutError):
        return "unavailable"
    return "ok"


def _worker(parts: ConsoleParts) -> str:
    if parts.worker is None:
        return "off"
    silent_s = parts.worker.seconds_since_round()
    return "ok" if silent_s is None or silent_s < WORKER_SILENCE_S else "silent"
