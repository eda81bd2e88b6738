"""What this vendor alone says when something goes wrong, and where it writes amounts."""

from typing import Final

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import EXPIRED, Fault
from sandbox.toss import words
from sandbox.toss.answers import refusal


def _refusal(fault: Fault) -> web.Response:
    code = str(fault.code)
    return refusal(code if code in words.SAYINGS else "PROVIDER_ERROR")


def _unauthorized(_fault: Fault) -> web.Response:
    return refusal("UNAUTHORIZED_KEY")


def _amount_in(value: JsonObject) -> tuple[JsonObject, str] | None:
    is_payment = "paymentKey" in value and "totalAmount" in value
    return (value, "totalAmount") if is_payment else None


VOICE: Final = Voice(own={"refusal": _refusal, EXPIRED: _unauthorized}, amount_in=_amount_in)
