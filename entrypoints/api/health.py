"""Whether the service lives, and whether it can do its work now."""

import asyncio
import time
from typing import Literal

from litestar import route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from application.run_tasks import RunTasks
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest
from entrypoints.api.language import language_of
from entrypoints.api.replies import READ, Reply, answer_json, answer_message
from entrypoints.api.schemas import ReadinessView
from entrypoints.api.use_cases import UseCases
from ports.errors import PortError
from ports.order_repository import OrderRepository

PING_TIMEOUT_S = 2.0
# A worker looks for tasks twice a second: silence this long means that it hangs. A worker that
# has just been started has the same time for its first round.
WORKER_SILENCE_S = 30.0

DatabaseState = Literal["ok", "unavailable"]
WorkerState = Literal["ok", "silent", "off"]


def health_routes(use_cases: UseCases) -> list[HTTPRouteHandler]:
    """`/health/live` and `/health/ready`."""
    started_s = time.monotonic()

    @route("/health/live", http_method=READ)
    async def live(request: AnyRequest) -> ASGIApp:
        return answer_message(request.scope, Reply(word=messages.LIVE))

    @route("/health/ready", http_method=READ)
    async def ready(request: AnyRequest) -> ASGIApp:
        database = await _database(use_cases.orders)
        worker = _worker(use_cases.worker, time.monotonic() - started_s)
        is_ready = database == "ok" and worker != "silent"
        word = messages.READY if is_ready else messages.NOT_READY
        view = ReadinessView(
            status=word.word,
            message=word.message(language_of(request.scope)),
            database=database,
            worker=worker,
        )
        return answer_json(word.http_status, view)

    return [live, ready]


async def _database(orders: OrderRepository) -> DatabaseState:
    try:
        async with asyncio.timeout(PING_TIMEOUT_S):
            await orders.ping()
    except (PortError, TimeoutError):
        return "unavailable"
    return "ok"


def _worker(worker: RunTasks | None, running_s: float) -> WorkerState:
    if worker is None:
        return "off"
    silent_s = worker.seconds_since_round()
    return "ok" if (running_s if silent_s is None else silent_s) < WORKER_SILENCE_S else "silent"
