"""The envelope around every answer of the vendor, and the refusals that it carries."""

from typing import Any

from aiohttp import web

from sandbox.portone_v1 import words
from sandbox.portone_v1.exact_json import dumps, dumps_fast


class VendorRefusal(Exception):
    """An answer other than success; often HTTP 200 with a code that is not 0."""

    def __init__(self, http_status: int, message: str, code: int = -1) -> None:
        """Carry what the envelope will say."""
        super().__init__(message)
        self.http_status = http_status
        self.message = message
        self.code = code


def json_answer(value: object, http_status: int = 200) -> web.Response:
    """Answer with bare JSON."""
    return _json(dumps(value), http_status)


def success(response: Any, http_status: int = 200) -> web.Response:
    """Answer with the envelope of a success."""
    return _json(dumps_fast({"code": 0, "message": None, "response": response}), http_status)


def refusal(http_status: int, message: str, code: int = -1) -> web.Response:
    """Answer with the envelope of a refusal."""
    return json_answer({"code": code, "message": message, "response": None}, http_status)


def _json(body: bytes, http_status: int) -> web.Response:
    return web.Response(
        body=body, status=http_status, content_type="application/json", charset="utf-8"
    )


def payment_not_found() -> VendorRefusal:
    """Make the refusal for an id that shows nothing, for whatever reason."""
    return VendorRefusal(404, words.PAYMENT_NOT_FOUND)


def parameter_invalid(name: str) -> VendorRefusal:
    """Make the refusal for a parameter that cannot be read."""
    return VendorRefusal(400, words.PARAMETER_INVALID.format(name=name))
