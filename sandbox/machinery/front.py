"""The front door of a stand-in: control calls, what browsers open, and the vendor's own API."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.machinery.answers import json_answer
from sandbox.machinery.checkout.pages import CHECKOUT
from sandbox.machinery.control_fields import ControlError
from sandbox.machinery.fault_effects import CutOff, Handler, misbehave
from sandbox.machinery.stage import Stage

CONTROL: Final = "/_sandbox"
# Room for the largest bulk of payments.
BODY_LIMIT: Final = 32 * 1024 * 1024

# The vendor's door: judges who asks, and words every refusal.
Admit = Callable[[Handler, web.Request], Awaitable[web.StreamResponse]]


def front_door(stage: Stage, admit: Admit) -> Middleware:
    """Make the middleware; whatever raises behind `admit`, it must have turned into an answer."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await _controlled(request, handler)
        if request.path.startswith(CHECKOUT):
            return await handler(request)
        return await _recorded(stage, request, partial(admit, handler))

    return answer


async def _controlled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return json_answer({"error": error.message}, error.http_status)
    except web.HTTPException as error:
        return json_answer({"error": error.reason}, error.status)
    except web.RequestPayloadError:
        return json_answer({"error": "the body cannot be read"}, 400)


async def _recorded(stage: Stage, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the call, and let the fault happen that is planned for it."""
    fault = stage.faults.take(request.method, request.path)
    status: int | None = None
    try:
        answered = await (
            misbehave(fault, request, handler, stage.voice, stage.stir)
            if fault
            else handler(request)
        )
        status = None if isinstance(answered, CutOff) else answered.status
        return answered
    finally:
        resource = request.match_info.route.resource
        # Unknown paths count as one, or a hostile caller would fill the memory with names.
        path = "(unknown path)" if resource is None else resource.canonical
        stage.calls.record(
            endpoint=f"{request.method} {path}",
            method=request.method,
            path=request.path,
            query=list(request.query.items()),
            status=status,
        )
