"""Puts the vendor's API and the control API on one aiohttp application."""

from functools import partial
from typing import Final

from aiohttp import web

from sandbox.portone_v1 import words
from sandbox.portone_v1.answers import VendorRefusal, json_answer, refusal
from sandbox.portone_v1.control_bulk import ControlBulk
from sandbox.portone_v1.control_desk import ControlDesk
from sandbox.portone_v1.control_fields import ControlError
from sandbox.portone_v1.control_payments import ControlPayments
from sandbox.portone_v1.control_traffic import ControlTraffic
from sandbox.portone_v1.fault_effects import CutOff, Handler, misbehave
from sandbox.portone_v1.vendor_reads import VendorReads
from sandbox.portone_v1.vendor_tokens import VendorTokens
from sandbox.portone_v1.vendor_writes import VendorWrites
from sandbox.portone_v1.world import World

CONTROL: Final = "/_sandbox"
# Room for the largest bulk of payments.
_BODY_LIMIT = 32 * 1024 * 1024


def build_app(world: World) -> web.Application:
    """Build an application over one world."""
    tokens = VendorTokens(world.desk)

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await _controlled(request, handler)
        return await _recorded(world, request, partial(_admitted, tokens, handler))

    app = web.Application(middlewares=[answer], client_max_size=_BODY_LIMIT)
    app.add_routes(tokens.routes())
    # Before the reads, whose /payments/{imp_uid} would take the fixed paths as well.
    app.add_routes(VendorWrites(world.ledger, world.clock, world.announce).routes())
    app.add_routes(VendorReads(world.ledger, world.clock).routes())
    app.add_routes(ControlBulk(world).routes())
    app.add_routes(ControlPayments(world).routes())
    app.add_routes(ControlTraffic(world).routes())
    app.add_routes(ControlDesk(world).routes())
    return app


async def _controlled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return json_answer({"error": error.message}, error.http_status)
    except web.HTTPException as error:
        return json_answer({"error": error.reason}, error.status)
    except web.RequestPayloadError:
        return json_answer({"error": "the body cannot be read"}, 400)


async def _admitted(
    tokens: VendorTokens, handler: Handler, request: web.Request
) -> web.StreamResponse:
    try:
        tokens.admit(request)
        return await handler(request)
    except VendorRefusal as error:
        return refusal(error.http_status, error.message, error.code)
    except web.HTTPException as error:
        return refusal(error.status, words.PATH_NOT_FOUND)
    except web.RequestPayloadError:
        return refusal(400, words.PARAMETER_INVALID.format(name="body"))


async def _recorded(world: World, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the call, and let the fault happen that is planned for it."""
    fault = world.faults.take(request.method, request.path)
    status: int | None = None
    try:
        answered = await (
            misbehave(fault, request, handler, world.stir) if fault else handler(request)
        )
        status = None if isinstance(answered, CutOff) else answered.status
        return answered
    finally:
        resource = request.match_info.route.resource
        # Unknown paths count as one, or a hostile caller would fill the memory with names.
        path = "(unknown path)" if resource is None else resource.canonical
        world.calls.record(
            endpoint=f"{request.method} {path}",
            method=request.method,
            path=request.path,
            query=list(request.query.items()),
            status=status,
        )
