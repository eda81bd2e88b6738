"""What this vendor alone says when something goes wrong, and where it writes amounts."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import EXPIRED, Fault
from sandbox.portone_v2.answers import VendorRefusal


def _refusal(fault: Fault) -> web.Response:
    type_ = fault.code if isinstance(fault.code, str) else "INVALID_REQUEST"
    return json_answer({"type": type_, "message": fault.message}, fault.status)


def _expired(_fault: Fault) -> web.Response:
    return VendorRefusal("UNAUTHORIZED").answer()


def _amount_in(value: JsonObject) -> tuple[JsonObject, str] | None:
    amount = value.get("amount")
    if "storeId" in value and isinstance(amount, dict) and "total" in amount:
        return amount, "total"
    return None


VOICE: Final = Voice(
    own={"refusal": _refusal, EXPIRED: _expired},
    blank={"id": ""},
    amount_in=_amount_in,
)
