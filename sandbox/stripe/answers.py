"""The vendor's answers: bare objects, lists, and errors with a type."""

from collections.abc import Sequence

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject


class VendorError(Exception):
    """An answer other than success, in the vendor's shape."""

    def __init__(
        self,
        http_status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        """Carry what the error will say."""
        super().__init__(message)
        self.http_status = http_status
        self.body: JsonObject = {"error": {"message": message, "type": kind}}
        if code is not None:
            self.body["error"]["code"] = code
        if param is not None:
            self.body["error"]["param"] = param

    def answer(self) -> web.Response:
        """Say it."""
        return json_answer(self.body, self.http_status)


class InvalidParameter(VendorError):
    """A request that never began to be carried out: no idempotency key remembers it."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        """Name the parameter."""
        super().__init__(400, message, param=param, code=code)


def no_such(what: str, its_id: str) -> VendorError:
    """Make the refusal for an id that shows nothing."""
    return VendorError(404, f"No such {what}: '{its_id}'", code="resource_missing", param="intent")


def listed(path: str, rows: Sequence[JsonObject], *, has_more: bool) -> web.Response:
    """Answer with one page of a list."""
    return json_answer({"object": "list", "data": list(rows), "has_more": has_more, "url": path})
