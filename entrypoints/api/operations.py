"""What operators and their machines look at: metrics, and the description of the interface."""

import asyncio

from litestar import route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from prometheus_client import CONTENT_TYPE_LATEST

from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import READ, SAFE_HEADERS, Answer
from entrypoints.api.use_cases import UseCases
from ports.errors import PortError

_COUNT_TIMEOUT_S = 2.0
_METRICS_HEADERS = ((b"content-type", CONTENT_TYPE_LATEST.encode()), *SAFE_HEADERS)
_SCHEMA_HEADERS = (
    (b"content-type", b"application/json"),
    # The description holds no data of anyone's, and tools in a browser want to read it.
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
)


def metrics_route(use_cases: UseCases, metrics: Metrics) -> HTTPRouteHandler:
    """`/metrics`. While the tasks cannot be counted, the rest is still shown."""

    @route("/metrics", http_method=READ)
    async def show_metrics() -> ASGIApp:
        try:
            async with asyncio.timeout(_COUNT_TIMEOUT_S):
                metrics.show_tasks(await use_cases.review_tasks.size())
        except (PortError, TimeoutError):
            metrics.show_tasks(None)
        return Answer(200, metrics.exposition(), _METRICS_HEADERS)

    return show_metrics


def schema_route(document: bytes) -> HTTPRouteHandler:
    """`/schema`: the OpenAPI document."""

    @route(["/schema", "/schema/openapi.json"], http_method=READ)
    async def show_schema() -> ASGIApp:
        return Answer(200, document, _SCHEMA_HEADERS)

    return show_schema
