"""What this vendor alone says when something goes wrong, and where it writes amounts."""

from typing import Final

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import Fault
from sandbox.stripe.answers import VendorError


def _error(fault: Fault) -> web.Response:
    """Say no in the vendor's own shape."""
    code = fault.code if isinstance(fault.code, str) else None
    return VendorError(fault.status, fault.message, kind="api_error", code=code).answer()


def _refused(_fault: Fault) -> web.Response:
    return VendorError(401, "Invalid API Key provided: ****").answer()


def _amount_in(value: JsonObject) -> tuple[JsonObject, str] | None:
    if value.get("object") == "payment_intent":
        return value, "amount_received" if value.get("amount_received") else "amount"
    return None


VOICE: Final = Voice(
    own={"error": _error, "refused": _refused},
    blank={"object": "", "data": []},
    amount_in=_amount_in,
)
