"""What this vendor alone says when something goes wrong, and where it writes amounts."""

from typing import Final

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import EXPIRED, Fault
from sandbox.portone_v1 import words
from sandbox.portone_v1.answers import refusal


def _envelope(fault: Fault) -> web.Response:
    return refusal(200, fault.message, fault.code)


def _expired(_fault: Fault) -> web.Response:
    return refusal(401, words.UNAUTHORISED)


def _amount_in(value: JsonObject) -> tuple[JsonObject, str] | None:
    return (value, "amount") if "imp_uid" in value and "amount" in value else None


VOICE: Final = Voice(
    own={"envelope": _envelope, EXPIRED: _expired},
    blank={"code": 0, "message": "", "response": None},
    amount_in=_amount_in,
)
