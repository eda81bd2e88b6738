"""The vendor's door: exchanges the secret for tokens, and judges every other call."""

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.fault_effects import Handler
from sandbox.portone_v2 import parameters
from sandbox.portone_v2.access import Access
from sandbox.portone_v2.answers import VendorRefusal, invalid

LOGIN_PATH = "/login/api-secret"
REFRESH_PATH = "/token/refresh"
DOORS = (LOGIN_PATH, REFRESH_PATH)


class VendorAccess:
    """Serves tokens and judges the header of every other call."""

    def __init__(self, access: Access) -> None:
        """Let in whom this lets in."""
        self._access = access

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [web.post(LOGIN_PATH, self.login), web.post(REFRESH_PATH, self.refresh)]

    async def login(self, request: web.Request) -> web.Response:
        """Exchange the secret."""
        body = await parameters.body_of(request)
        return _tokens(self._access.login(parameters.required_text(body, "apiSecret")))

    async def refresh(self, request: web.Request) -> web.Response:
        """Exchange a refresh token."""
        body = await parameters.body_of(request)
        return _tokens(self._access.refresh(parameters.required_text(body, "refreshToken")))

    async def admit(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        """Answer a call, with a refusal if need be."""
        try:
            is_open = request.path in DOORS
            if not is_open and not self._access.accepts(request.headers.get("Authorization", "")):
                raise VendorRefusal("UNAUTHORIZED")
            return await handler(request)
        except VendorRefusal as refusal:
            return refusal.answer()
        except web.HTTPException as error:
            return json_answer({"type": "NOT_FOUND", "message": error.reason}, error.status)
        except web.RequestPayloadError:
            return invalid("body").answer()


def _tokens(tokens: dict[str, str] | None) -> web.Response:
    if tokens is None:
        raise VendorRefusal("UNAUTHORIZED")
    return json_answer(tokens)
