"""The vendor's refusals: a type, and perhaps a sentence."""

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v2.words import REFUSALS


class VendorRefusal(Exception):
    """An answer other than success."""

    def __init__(self, type_: str, message: str = "", **more: str) -> None:
        """Carry what the answer will say; the type gives its HTTP status."""
        super().__init__(type_)
        self.http_status = REFUSALS[type_]
        self.body: JsonObject = {"type": type_, "message": message or type_.lower(), **more}

    def answer(self) -> web.Response:
        """Give it as the vendor words it."""
        return json_answer(self.body, self.http_status)


def invalid(name: str) -> VendorRefusal:
    """Make the refusal for a field that cannot be read."""
    return VendorRefusal("INVALID_REQUEST", f"{name} is not valid")
