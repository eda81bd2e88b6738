"""Logging in and out."""

import math
from collections.abc import Mapping

import structlog
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from domain.errors import InvalidValue
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.door import HOME, LOGIN, PUBLIC, Door, next_page
from entrypoints.console.login_limit import LoginLimit
from entrypoints.console.pages import SESSION_COOKIE, Notice, Pages
from entrypoints.console.session import LIFE, VISITOR_LIFE, Session, check_operator

_log = structlog.get_logger("payproof.console")


def login_routes(pages: Pages, door: Door, limit: LoginLimit) -> list[HTTPRouteHandler]:
    """`/console/login` and `/console/logout`."""

    def form(
        request: AnyRequest,
        asked: str,
        *,
        operator: str = "",
        problem: tuple[str, Mapping[str, object]] | None = None,
        http_status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Template:
        session: Session | None = request.scope["state"].get("session")
        fresh = None if session is not None else pages.sessions.begin()
        request.scope["state"]["session"] = session or fresh
        context = {"next": next_page(asked), "operator": operator, "problem": problem}
        page = pages.page(request, "login", context, http_status=http_status, headers=headers)
        if fresh is not None:
            value, life_s = pages.sessions.cookie_of(fresh), int(VISITOR_LIFE.total_seconds())
            page.cookies.append(pages.cookie(request, SESSION_COOKIE, value, life_s))
        return page

    @get("/login", opt=PUBLIC)
    async def show_login(request: AnyRequest) -> Template | Redirect:
        asked = request.query_params.get("next", HOME)
        session: Session | None = request.scope["state"].get("session")
        if session is not None and session.is_operator:
            return pages.go(request, next_page(asked))
        return form(request, asked)

    @post("/login", opt=PUBLIC)
    async def log_in(request: AnyRequest) -> Template | Redirect:
        fields = await door.form(request)
        asked, name = fields.get("next", HOME), fields.get("operator", "")
        address = "" if request.client is None else request.client.host
        wait_s = math.ceil(limit.wait_s(address))
        if wait_s > 0:
            return form(
                request,
                asked,
                operator=name,
                problem=("login.wait", {"seconds": wait_s}),
                http_status=429,
                headers={"retry-after": str(wait_s)},
            )
        if not pages.sessions.is_password(fields.get("password", "")):
            limit.note_failure(address)
            _log.warning("login refused")
            return form(request, asked, operator=name, problem=("login.wrong", {}), http_status=403)
        try:
            session = pages.sessions.begin(check_operator(name))
        except InvalidValue:
            return form(request, asked, problem=("login.noName", {}), http_status=400)
        limit.forget(address)
        _log.info("login", operator=session.operator)
        # A new session, so that no cookie from before the login is worth anything after it.
        return _with_session(pages, request, pages.go(request, next_page(asked)), session)

    @post("/logout")
    async def log_out(request: AnyRequest) -> Redirect:
        await door.form(request)
        await door.logouts.end(request.scope["state"]["session"])
        answer = pages.go(request, LOGIN, Notice(key="login.out"))
        answer.cookies.append(pages.cookie(request, SESSION_COOKIE, "", 0))
        return answer

    return [show_login, log_in, log_out]


def _with_session(
    pages: Pages, request: AnyRequest, answer: Redirect, session: Session
) -> Redirect:
    value, life_s = pages.sessions.cookie_of(session), int(LIFE.total_seconds())
    answer.cookies.append(pages.cookie(request, SESSION_COOKIE, value, life_s))
    return answer
