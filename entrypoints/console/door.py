"""Lets operators in, and nobody else; and takes only the forms that we gave them."""

from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from entrypoints.api.bodies import AnyRequest, read_form
from entrypoints.console.logouts import Logouts
from entrypoints.console.pages import SESSION_COOKIE
from entrypoints.console.session import Session, Sessions
from ports.errors import PortError

HOME = "/console"
LOGIN = "/console/login"
# The handlers that do not ask who it is say so, and those that are there when the store is not.
PUBLIC = {"public": True}
WITHOUT_STORE = {"without_store": True}


class NotLoggedIn(HTTPException):
    """Nobody is logged in; `had_session` says that somebody was."""

    status_code = 401

    def __init__(self, *, had_session: bool) -> None:
        super().__init__()
        self.had_session = had_session


class Door:
    """Reads who asks from the cookie, and whether they have logged out since."""

    def __init__(self, sessions: Sessions, logouts: Logouts) -> None:
        self._sessions = sessions
        self.logouts = logouts

    def guard(self) -> Guard:
        """A guard that raises `NotLoggedIn`, except for what is public."""
        sessions, has_ended = self._sessions, self._has_ended

        # A plain function: Litestar copies guards deeply, and a method with all that it holds.
        async def guard(
            connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
        ) -> None:
            cookie = connection.cookies.get(SESSION_COOKIE)
            session = sessions.read(cookie)
            if session is not None and await has_ended(session, handler):
                session = None
            connection.scope["state"]["session"] = session
            is_operator = session is not None and session.is_operator
            if not is_operator and not handler.opt.get("public"):
                raise NotLoggedIn(had_session=cookie is not None and session is None)

        return guard

    async def _has_ended(self, session: Session, handler: BaseRouteHandler) -> bool:
        if not session.is_operator or handler.opt.get("for_anybody"):
            return False
        try:
            return await self.logouts.has_ended(session)
        except PortError:
            if handler.opt.get("without_store"):
                return False
            raise

    async def form(self, request: AnyRequest) -> dict[str, str]:
        """The fields of a form; `PermissionDeniedException` for one without our token."""
        form = await read_form(request)
        session: Session | None = request.scope["state"].get("session")
        if session is None or not self._sessions.is_token(session, form.pop("token", "")):
            raise PermissionDeniedException
        return form


def operator_of(request: AnyRequest) -> str:
    """Who pressed the button; the guard has let nobody else come this far."""
    session: Session = request.scope["state"]["session"]
    return session.operator


def login_address(request: AnyRequest) -> str:
    """The login, and from there back to the page that was asked for."""
    if request.method != "GET":
        return LOGIN
    query = request.scope["query_string"].decode("latin-1")
    asked = request.scope["path"] + (f"?{query}" if query else "")
    return f"{LOGIN}?next={quote(asked, safe='')}"


def next_page(asked: str) -> str:
    """A page of the console to go to after the login: no other address is followed."""
    is_ours = asked == HOME or asked.startswith((f"{HOME}/", f"{HOME}?"))
    return asked if is_ours and asked.isprintable() and "\\" not in asked else HOME
