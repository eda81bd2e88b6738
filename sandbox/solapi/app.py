"""Puts the vendor's two calls and the control calls on one aiohttp application."""

import json
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_desk import ControlDesk
from sandbox.machinery.fault_effects import Handler, Voice
from sandbox.machinery.front import CONTROL, front_door
from sandbox.machinery.stage import Stage
from sandbox.solapi.answers import Refusal, invalid
from sandbox.solapi.outbox import Outbox
from sandbox.solapi.signatures import Signatures

SEND: Final = "/messages/v4/send-many/detail"
LIST: Final = "/messages/v4/list"
_MAX_MESSAGES: Final = 10_000
_MAX_LIMIT: Final = 500
_LISTED_BY: Final = {"to", "limit", "startKey"}


class World(Stage):
    """All that the sandbox remembers."""

    def __init__(self, api_key: str, api_secret: str, outbox: Outbox) -> None:
        """Start with an account, and with nothing going wrong."""
        super().__init__(Voice(blank={"groupInfo": {"count": ""}}))
        self.signatures = Signatures(api_key, api_secret, self.clock)
        self.outbox = outbox

    def stir(self, count: int) -> None:
        """Do nothing: a message has no news, for none is delivered."""

    async def reset(self) -> None:
        """Forget the messages, the faults and the calls, and return to the real time."""
        await super().reset()
        self.outbox.messages.clear()


def build_app(world: World) -> web.Application:
    """Build an application over one world."""

    async def admit(handler: Handler, request: web.Request) -> web.StreamResponse:
        try:
            world.signatures.admit(request.headers.get("Authorization"))
            return await handler(request)
        except Refusal as refusal:
            return refusal.answer()
        except web.HTTPException as error:
            return Refusal(error.status, "ResourceNotFound", error.reason).answer()

    app = web.Application(middlewares=[front_door(world, admit)])
    app.add_routes(_vendor_routes(world))
    app.add_routes(_control_routes(world))
    app.add_routes(ControlDesk(world).routes())
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

    return [
        web.get(f"{CONTROL}/messages", messages),
        web.delete(f"{CONTROL}/messages", forget),
    ]


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise invalid("body")
    return body
