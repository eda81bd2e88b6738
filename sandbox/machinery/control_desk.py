"""The control API's verbs on a stand-in itself: faults, calls, clock, reset."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.faults import KINDS, Fault
from sandbox.machinery.front import CONTROL
from sandbox.machinery.stage import Stage

_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE"})
_LONGEST_FAULT_S: Final = 3600.0
_FURTHEST_S: Final = 10 * 365 * 24 * 3600.0
_LARGEST_BODY: Final = 2_000_000_000
_OFTEN: Final = 1_000_000_000


class ControlDesk:
    """Arranges how a stand-in misbehaves, and tells what it has seen."""

    def __init__(self, stage: Stage) -> None:
        """Act on this world."""
        self._stage = stage
        self._kinds = KINDS | stage.voice.own.keys()

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get(f"{CONTROL}/faults", self.faults),
            web.post(f"{CONTROL}/faults", self.add_fault),
            web.delete(f"{CONTROL}/faults", self.clear_faults),
            web.get(f"{CONTROL}/calls", self.calls),
            web.delete(f"{CONTROL}/calls", self.reset_calls),
            web.get(f"{CONTROL}/clock", self.clock),
            web.post(f"{CONTROL}/clock", self.advance_clock),
            web.post(f"{CONTROL}/reset", self.reset),
        ]

    async def faults(self, request: web.Request) -> web.Response:
        """Show the faults and how often each fired."""
        return json_answer(self._stage.faults.shown())

    async def add_fault(self, request: web.Request) -> web.Response:
        """Plan a fault."""
        fields = await Fields.of(request, "seed", *(set(Fault.__slots__) - {"fired"}))
        fault = _read_fault(fields, self._kinds)
        if fields.has("seed"):
            self._stage.faults.seed(fields.whole("seed", 0, low=0, high=2**63))
        self._stage.faults.add(fault)
        return json_answer(fault.shown(), 201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Let nothing more go wrong."""
        self._stage.faults.clear()
        return json_answer(self._stage.faults.shown())

    async def calls(self, request: web.Request) -> web.Response:
        """Show how often what was called."""
        return json_answer(self._stage.calls.shown())

    async def reset_calls(self, request: web.Request) -> web.Response:
        """Count from nothing again."""
        self._stage.calls.reset()
        return json_answer(self._stage.calls.shown())

    async def clock(self, request: web.Request) -> web.Response:
        """Tell the sandbox's time."""
        return json_answer({"now": self._stage.clock.now()})

    async def advance_clock(self, request: web.Request) -> web.Response:
        """Move the sandbox's time forwards."""
        fields = await Fields.of(request, "advance_s")
        if not fields.has("advance_s"):
            raise ControlError(400, "advance_s is missing")
        self._stage.clock.advance(fields.seconds("advance_s", 0.0, high=_FURTHEST_S))
        return json_answer({"now": self._stage.clock.now()})

    async def reset(self, request: web.Request) -> web.Response:
        """Return to the beginning."""
        await self._stage.reset()
        return json_answer({"status": "reset"})


def _read_fault(fields: Fields, kinds: frozenset[str]) -> Fault:
    kind = fields.word("kind", kinds)
    if kind is None:
        raise ControlError(400, f"kind is missing; one of {', '.join(sorted(kinds))}")
    path = fields.text("path") or "/"
    if not path.startswith("/") or path.startswith(CONTROL):
        raise ControlError(400, "path must be the beginning of a vendor's path")
    fault = Fault(kind=kind, path=path, method=fields.word("method", _METHODS))
    if not fields.is_null("taken"):
        fault.taken = fields.flag("taken", default=False)
    for_ever = fields.has("times") and fields.is_null("times")
    fault.times = None if for_ever else fields.whole("times", 1, low=1, high=_OFTEN)
    fault.chance = fields.seconds("chance", 1.0, high=1)
    if not fields.is_null("seconds"):
        fault.seconds = fields.seconds("seconds", 0.0, high=_LONGEST_FAULT_S)
    fault.status = fields.whole("status", fault.status, low=400, high=599)
    if not fields.is_null("retry_after_s"):
        fault.retry_after_s = fields.whole("retry_after_s", 0, low=0, high=86_400)
    fault.code = fields.code("code", fault.code)
    if fault.code == 0:
        raise ControlError(400, "code must not be 0, which means success")
    fault.message = fields.text("message") or fault.message
    fault.amount = fields.amount("amount")
    fault.location = fields.text("location")
    fault.n_bytes = fields.whole("n_bytes", fault.n_bytes, low=0, high=_LARGEST_BODY)
    fault.gzip = fields.flag("gzip", default=False)
    fault.n = fields.whole("n", fault.n, low=1, high=10_000)
    return fault
