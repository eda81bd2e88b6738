"""Lets operators in, and nobody else; and takes only the forms that we gave them."""

from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from entrypoints.api.authentication import Guard
from entrypoints.api.bodies import AnyRequest, read_form
from entrypoints.console.pages import SESSION_COOKIE
from entrypoints.console.session import Session, Sessions

HOME = "/console"
LOGIN = "/console/login"
# The handlers that do not ask who it is say so.
PUBLIC = {"public": True}


class NotLoggedIn(HTTPException):
    """Nobody is logged in; `had_session` says that somebody was."""

    status_code = 401

    def __init__(self, *, had_session: bool) -> None:
        super().__init__()
        self.had_session = had_session


class Door:
    """Reads who asks from the cookie."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def guard(self) -> Guard:
        """A guard that raises `NotLoggedIn`, except for what is public."""
        sessions = self._sessions

        # A plain function: Litestar copies guards deeply, and a method with all that it holds.
        def guard(
            connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
        ) -> None:
            cookie = connection.cookies.get(SESSION_COOKIE)
            session = sessions.read(cookie)
            connection.scope["state"]["session"] = session
            is_operator = session is not None and session.is_operator
            if not is_operator and not handler.opt.get("public"):
                raise NotLoggedIn(had_session=cookie is not None and session is None)

        return guard

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
