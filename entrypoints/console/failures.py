"""When a page cannot be shown: clear words, the right status, and nothing of what is inside."""

import traceback
from typing import cast
from urllib.parse import urlsplit

import structlog
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Response, Template
from litestar.types import ExceptionHandlersMap

from domain.errors import InvalidValue
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.door import HOME, NotLoggedIn, login_address
from entrypoints.console.pages import Notice, Pages
from entrypoints.console.words import sentence_for
from ports.errors import PortError, RecordCorrupt

_log = structlog.get_logger("payproof.console")


class NoSuch(Exception):
    """There is no such order or refund: `key` is the sentence that says so."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def showing_failures(pages: Pages) -> ExceptionHandlersMap:
    """Litestar's map of exception handlers for the console."""

    def show(request: AnyRequest, error: Exception) -> Template | Redirect | Response[bytes]:
        # A form that never came to be read has no session in its scope.
        request.scope["state"].setdefault("session", None)
        if isinstance(error, NotLoggedIn):
            key = "login.expired" if error.had_session else "login.needed"
            if "hx-current-url" in request.headers:
                # A part of that page: the whole has to go there, or the part would vanish.
                return pages.leave(login_address(_path(request.headers["hx-current-url"])))
            return pages.go(request, login_address(error.asked), Notice(key=key, tone="wait"))
        http_status, key, values = _said(error)
        if http_status >= 500:
            _log.error(
                "unexpected" if http_status == 500 else "unavailable",
                error=type(error).__name__,
                traceback="".join(traceback.format_tb(error.__traceback__)),
            )
        context = {"http_status": http_status, "text": (key, values)}
        return pages.page(request, "failure", context, http_status=http_status)

    return cast(ExceptionHandlersMap, {Exception: show, HTTPException: show})


def _path(url: str) -> str:
    try:
        return urlsplit(url)._replace(scheme="", netloc="").geturl()
    except ValueError:
        return HOME


def _said(error: Exception) -> tuple[int, str, dict[str, object]]:
    match error:
        case NoSuch(key=key, values=values):
            return 404, key, values
        case InvalidValue(field=field, reason=reason):
            return 400, sentence_for(error), {"field": field, "reason": reason}
        case RecordCorrupt(field=field):
            return 500, "order.unreadable", {"field": field or "?"}
        case PortError():
            return 503, "error.503.text", {}
        case HTTPException(status_code=404 | 405):
            return 404, "error.404.page", {}
        case HTTPException(status_code=403):
            return 403, "error.403.text", {}
        case HTTPException(status_code=code) if code < 500:
            return 400, "error.403.text", {}
        case _:
            return 500, "error.500.text", {}
