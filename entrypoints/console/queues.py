"""What is to be done and what was given up, and what the last sweeps found."""

import asyncio
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from domain.errors import InvalidValue
from entrypoints.api.bodies import AnyRequest
from entrypoints.console.lists import COUNTED, PAGE
from entrypoints.console.pages import Pages
from entrypoints.console.parts import ConsoleParts
from ports.task_desk import TaskState

_SWEEPS = 100
_STATES = (TaskState.PARKED, TaskState.LEASED, TaskState.WAITING)


def queue_routes(pages: Pages, parts: ConsoleParts) -> list[HTTPRouteHandler]:
    """`/console/tasks` and `/console/sweeps`."""

    @get("/tasks")
    async def show_tasks(request: AnyRequest) -> Template:
        asked = request.query_params
        state = _state_of(asked.get("state", TaskState.PARKED.value))
        after = await parts.desk.find(asked["after"]) if "after" in asked else None
        standings, counts = await asyncio.gather(
            parts.desk.page(state, after, PAGE + 1),
            asyncio.gather(*(parts.desk.count(each, COUNTED) for each in _STATES)),
        )
        more = None
        if len(standings) > PAGE:
            last = {"state": state.value, "after": standings[PAGE - 1].task_id}
            more = f"/console/tasks?{urlencode(last)}"
        context = {
            "state": state.value,
            "counts": {each.value: count for each, count in zip(_STATES, counts, strict=True)},
            "counted": COUNTED,
            "standings": standings[:PAGE],
            "more": more,
        }
        return pages.page(request, "tasks", context)

    @get("/sweeps")
    async def show_sweeps(request: AnyRequest) -> Template:
        reports = await parts.sweeps.latest(_SWEEPS)
        return pages.page(request, "sweeps", {"reports": reports})

    return [show_tasks, show_sweeps]


def _state_of(word: str) -> TaskState:
    if word not in set(_STATES):
        raise InvalidValue("state", "is not a state")
    return TaskState(word)
