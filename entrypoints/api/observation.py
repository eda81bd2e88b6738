"""Counts and logs each request: its route, never its address, query, headers or body."""

import time

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.api.metrics import Metrics


def observed(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """The application, watched from outside: requests without a route are seen as well."""

    # Bound once: to set a logger up costs more than to write the line.
    log = structlog.get_logger("payproof.access").bind()

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        began_s = time.perf_counter()
        http_status = 0

        async def note_status(message: Message) -> None:
            nonlocal http_status
            if message["type"] == "http.response.start":
                http_status = message["status"]
            await send(message)

        try:
            await app(scope, receive, note_status)
        finally:
            seconds = time.perf_counter() - began_s
            route = scope.get("path_template", "none")
            metrics.count_request(scope["method"], route, http_status, seconds)
            log.info(
                "request",
                method=scope["method"],
                route=route,
                status=http_status,
                duration_ms=round(seconds * 1000, 1),
            )

    return watch
