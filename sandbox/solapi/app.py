"""Puts the vendor's two calls and the control calls on one aiohttp application."""

import json
from collections import Counter
from typing import Any, Final

from aiohttp import web

from sandbox.solapi.answers import Refusal, invalid, json_answer
from sandbox.solapi.faults import KINDS, Fault, Faults, Handler, misbehave
from sandbox.solapi.outbox import Outbox
from sandbox.solapi.signatures import Signatures

CONTROL: Final = "/_sandbox"
SEND: Final = "/messages/v4/send-many/detail"
LIST: Final = "/messages/v4/list"
_MAX_MESSAGES: Final = 10_000
_MAX_LIMIT: Final = 500
_LISTED_BY: Final = {"to", "limit", "startKey"}
_FAULT_FIELDS: Final = set(Fault.__slots__)


class World:
    """All that the sandbox remembers."""

    def __init__(self, api_key: str, api_secret: str, outbox: Outbox) -> None:
        """Start with an account, and with nothing going wrong."""
        self.signatures = Signatures(api_key, api_secret)
        self.outbox = outbox
        self.faults = Faults()
        self.calls: Counter[str] = Counter()


def build_app(world: World) -> web.Application:
    """Build an application over one world."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        async def admitted(request: web.Request) -> web.StreamResponse:
            try:
                if not request.path.startswith(CONTROL):
                    world.signatures.admit(request.headers.get("Authorization"))
                return await handler(request)
            except Refusal as refusal:
                return refusal.answer()
            except web.HTTPException as error:
                return Refusal(error.status, "ResourceNotFound", error.reason).answer()

        if request.path.startswith(CONTROL):
            return await admitted(request)
        world.calls[request.path] += 1
        fault = world.faults.take(request.path)
        return await (misbehave(fault, request, admitted) if fault else admitted(request))

    app = web.Application(middlewares=[answer])
    app.add_routes(_vendor_routes(world))
    app.add_routes(_control_routes(world))
    return app


def _vendor_routes(world: World) -> list[web.RouteDef]:
    async def send(request: web.Request) -> web.Response:
        body = await _object(request)
        messages = body.get("messages")
        if not isinstance(messages, list) or not 1 <= len(messages) <= _MAX_MESSAGES:
            raise invalid("messages")
        if not all(isinstance(message, dict) for message in messages):
            raise invalid("messages")
        return json_answer(world.outbox.send(messages))

    async def list_messages(request: web.Request) -> web.Response:
        query = dict(request.query)
        if query.keys() - _LISTED_BY:
            # The vendor knows more; to ignore one that is not built here would be a lie.
            raise invalid(", ".join(sorted(query.keys() - _LISTED_BY)))
        limit = query.get("limit", "20")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= _MAX_LIMIT:
            raise invalid("limit")
        start_key = query.get("startKey")
        page, next_key = world.outbox.page(
            to=query.get("to"), start_key=start_key, limit=int(limit)
        )
        shown = {"startKey": start_key, "nextKey": next_key, "limit": int(limit)}
        return json_answer(shown | {"messageList": page})

    return [web.post(SEND, send), web.get(LIST, list_messages)]


def _control_routes(world: World) -> list[web.RouteDef]:
    async def messages(_request: web.Request) -> web.Response:
        return json_answer({"messages": [each.shown() for each in world.outbox.messages]})

    async def forget(_request: web.Request) -> web.Response:
        world.outbox.messages.clear()
        return json_answer({})

    async def plan(request: web.Request) -> web.Response:
        body = await _object(request)
        if body.get("kind") not in KINDS or body.keys() - _FAULT_FIELDS:
            raise invalid(f"kind: one of {', '.join(sorted(KINDS))}")
        world.faults.add(Fault(**body))
        return json_answer({})

    async def mend(_request: web.Request) -> web.Response:
        world.faults.clear()
        return json_answer({"fired": dict(world.faults.fired)})

    return [
        web.get(f"{CONTROL}/messages", messages),
        web.delete(f"{CONTROL}/messages", forget),
        web.post(f"{CONTROL}/faults", plan),
        web.delete(f"{CONTROL}/faults", mend),
    ]


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise invalid("body")
    return body
