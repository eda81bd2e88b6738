"""The envelope around every answer of the vendor, and the refusals that it carries."""

from typing import Any

from aiohttp import web

from sandbox.machinery.answers import json_answer, json_bytes
from sandbox.machinery.exact_json import dumps_fast
from sandbox.portone_v1 import words


class VendorRefusal(Exception):
    """An answer other than success; often HTTP 200 with a code that is not 0."""

    def __init__(self, http_status: int, message: str, code: int = -1) -> None:
        """Carry what the envelope will say."""
        super().__init__(message)
        self.http_status = http_status
        self.message = message
        self.code = code


def success(response: Any, http_status: int = 200) -> web.Response:
    """Answer with the envelope of a success."""
    return json_bytes(dumps_fast({"code": 0, "message": None, "response": response}), http_status)


def refusal(http_status: int, message: str, code: int | str = -1) -> web.Response:
    """Answer with the envelope of a refusal."""
    return json_answer({"code": code, "message": message, "response": None}, http_status)


def payment_not_found() -> VendorRefusal:
    """Make the refusal for an id that shows nothing, for whatever reason."""
    return VendorRefusal(404, words.PAYMENT_NOT_FOUND)


def parameter_invalid(name: str) -> VendorRefusal:
    """Make the refusal for a parameter that cannot be read."""
    return VendorRefusal(400, words.PARAMETER_INVALID.format(name=name))
