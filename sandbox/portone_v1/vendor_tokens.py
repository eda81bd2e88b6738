"""The vendor's door: hands out access tokens and asks everybody else for one."""

from aiohttp import web

from sandbox.portone_v1 import parameters, words
from sandbox.portone_v1.answers import VendorRefusal, success
from sandbox.portone_v1.tokens import TOKEN_PATH, TokenDesk


class VendorTokens:
    """Serves tokens and judges the header of every other call."""

    def __init__(self, desk: TokenDesk) -> None:
        """Hand out the tokens of this desk."""
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """List the endpoint."""
        return [web.post(TOKEN_PATH, self.issue)]

    async def issue(self, request: web.Request) -> web.Response:
        """Exchange key and secret for the token."""
        body = await parameters.body_of(request)
        key, secret = parameters.text(body, "imp_key"), parameters.text(body, "imp_secret")
        if not key or not secret:
            raise VendorRefusal(400, words.CREDENTIALS_MISSING)
        token = self._desk.issue(key, secret)
        if token is None:
            raise VendorRefusal(401, words.UNAUTHORISED)
        return success(token)

    def admit(self, request: web.Request) -> None:
        """Refuse a call that needs a token and has none that is valid."""
        is_open = request.path == TOKEN_PATH
        if not is_open and not self._desk.accepts(request.headers.get("Authorization", "")):
            raise VendorRefusal(401, words.UNAUTHORISED)
