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


def form_at(page: str) -> dict[str, str]:
    """Says of a form's handler where the form stands, like `/console/orders/{order_id}`."""
    return {"form_at": page}


class NotLoggedIn(HTTPException):
    """Nobody is logged in; `had_session` says that somebody was, `asked` where to go on after."""

    status_code = 401

    def __init__(self, *, had_session: bool, asked: str) -> None:
        super().__init__()
        self.had_session = had_session
        self.asked = asked


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
                is_form = connection.scope.get("method") == "POST"
                # Whoever got a form was logged in; by now the browser has forgotten the cookie.
                had_session = is_form or (cookie is not None and session is None)
                raise NotLoggedIn(
                    had_session=had_session,
                    asked=_form_page(connection, handler) if is_form else _page(connection),
                )

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


def _form_page(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> str:
    names = {name: quote(str(each), safe=":") for name, each in connection.path_params.items()}
    path: str = handler.opt.get("form_at", HOME)
    return path.format(**names)


def _page(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    query = connection.scope["query_string"].decode("latin-1")
    return connection.scope["path"] + (f"?{query}" if query else "")


def login_address(asked: str) -> str:
    """The login, and from there back to the page that was asked for."""
    return LOGIN if asked == HOME else f"{LOGIN}?next={quote(asked, safe='')}"


def next_page(asked: str) -> str:
    """A page of the console to go to after the login: no other address is followed."""
    is_ours = asked == HOME or asked.startswith((f"{HOME}/", f"{HOME}?"))
    return asked if is_ours and asked.isprintable() and "\\" not in asked else HOME
