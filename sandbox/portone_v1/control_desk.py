"""The control API's verbs on the sandbox itself: settings, faults, calls, clock, reset."""

from aiohttp import web

from sandbox.portone_v1.answers import json_answer
from sandbox.portone_v1.control_fields import ControlError, Fields
from sandbox.portone_v1.control_opening import read_url
from sandbox.portone_v1.faults import KINDS, Fault
from sandbox.portone_v1.world import WEBHOOK_MODES, World

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_LONGEST_FAULT_S = 3600.0
_FURTHEST_S = 10 * 365 * 24 * 3600.0
_LARGEST_BODY = 2_000_000_000
_OFTEN = 1_000_000_000


class ControlDesk:
    """Arranges how the sandbox behaves, and tells what it has seen."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get("/_sandbox/settings", self.settings),
            web.put("/_sandbox/settings", self.change_settings),
            web.get("/_sandbox/faults", self.faults),
            web.post("/_sandbox/faults", self.add_fault),
            web.delete("/_sandbox/faults", self.clear_faults),
            web.get("/_sandbox/calls", self.calls),
            web.delete("/_sandbox/calls", self.reset_calls),
            web.get("/_sandbox/clock", self.clock),
            web.post("/_sandbox/clock", self.advance_clock),
            web.post("/_sandbox/reset", self.reset),
        ]

    async def settings(self, request: web.Request) -> web.Response:
        """Show the settings."""
        return json_answer(self._world.settings.shown())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change the settings that are named; null takes a URL away."""
        fields = await Fields.of(request, *self._world.settings.shown())
        settings = self._world.settings
        # Read all before any is changed: a refused request leaves everything as it was.
        mode = fields.word("webhook_mode", WEBHOOK_MODES) or settings.webhook_mode
        form = fields.flag("webhook_form", default=settings.webhook_form)
        timeout_s = fields.seconds("confirm_timeout_s", settings.confirm_timeout_s, high=60)
        webhook_url = read_url(fields, "webhook_url", self._world)
        confirm_url = read_url(fields, "confirm_url", self._world)
        settings.webhook_mode = mode
        settings.webhook_form = form
        settings.confirm_timeout_s = timeout_s
        if fields.has("webhook_url"):
            settings.webhook_url = webhook_url
        if fields.has("confirm_url"):
            settings.confirm_url = confirm_url
        return json_answer(settings.shown())

    async def faults(self, request: web.Request) -> web.Response:
        """Show the faults and how often each fired."""
        return json_answer(self._world.faults.shown())

    async def add_fault(self, request: web.Request) -> web.Response:
        """Plan a fault."""
        fields = await Fields.of(request, "seed", *(set(Fault.__slots__) - {"fired"}))
        fault = _read_fault(fields)
        if fields.has("seed"):
            self._world.faults.seed(fields.whole("seed", 0, low=0, high=2**63))
        self._world.faults.add(fault)
        return json_answer(fault.shown(), 201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Let nothing more go wrong."""
        self._world.faults.clear()
        return json_answer(self._world.faults.shown())

    async def calls(self, request: web.Request) -> web.Response:
        """Show how often what was called."""
        return json_answer(self._world.calls.shown())

    async def reset_calls(self, request: web.Request) -> web.Response:
        """Count from nothing again."""
        self._world.calls.reset()
        return json_answer(self._world.calls.shown())

    async def clock(self, request: web.Request) -> web.Response:
        """Tell the sandbox's time."""
        return json_answer({"now": self._world.clock.now()})

    async def advance_clock(self, request: web.Request) -> web.Response:
        """Move the sandbox's time forwards."""
        fields = await Fields.of(request, "advance_s")
        if not fields.has("advance_s"):
            raise ControlError(400, "advance_s is missing")
        self._world.clock.advance(fields.seconds("advance_s", 0.0, high=_FURTHEST_S))
        return json_answer({"now": self._world.clock.now()})

    async def reset(self, request: web.Request) -> web.Response:
        """Return to the beginning."""
        await self._world.reset()
        return json_answer({"status": "reset"})


def _read_fault(fields: Fields) -> Fault:
    kind = fields.word("kind", KINDS)
    if kind is None:
        raise ControlError(400, f"kind is missing; one of {', '.join(sorted(KINDS))}")
    path = fields.text("path") or "/"
    if not path.startswith("/") or path.startswith("/_sandbox"):
        raise ControlError(400, "path must be the beginning of a vendor's path")
    fault = Fault(kind=kind, path=path, method=fields.word("method", _METHODS))
    for_ever = fields.has("times") and fields.is_null("times")
    fault.times = None if for_ever else fields.whole("times", 1, low=1, high=_OFTEN)
    fault.chance = fields.seconds("chance", 1.0, high=1)
    if not fields.is_null("seconds"):
        fault.seconds = fields.seconds("seconds", 0.0, high=_LONGEST_FAULT_S)
    fault.status = fields.whole("status", fault.status, low=400, high=599)
    if not fields.is_null("retry_after_s"):
        fault.retry_after_s = fields.whole("retry_after_s", 0, low=0, high=86_400)
    fault.code = fields.whole("code", fault.code, low=-(2**31), high=2**31)
    if kind == "envelope" and fault.code == 0:
        raise ControlError(400, "code must not be 0, which means success")
    fault.message = fields.text("message") or fault.message
    fault.amount = fields.amount("amount")
    fault.location = fields.text("location")
    fault.n_bytes = fields.whole("n_bytes", fault.n_bytes, low=0, high=_LARGEST_BODY)
    fault.gzip = fields.flag("gzip", default=False)
    fault.n = fields.whole("n", fault.n, low=1, high=10_000)
    return fault
