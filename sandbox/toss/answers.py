"""What the vendor answers: the object itself, or a code with a sentence."""

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.toss import words


class VendorRefusal(Exception):
    """An answer other than success, by its code."""

    def __init__(self, code: str) -> None:
        """Carry the code; its status and sentence follow from it."""
        super().__init__(code)
        self.code = code


def refusal(code: str, *, in_english: bool = False) -> web.Response:
    """Answer with a refusal."""
    saying = words.SAYINGS.get(code, words.SAYINGS["INVALID_REQUEST"])
    message = saying.english if in_english else saying.korean
    return json_answer({"code": code, "message": message}, saying.http_status)


def wants_english(request: web.Request) -> bool:
    """Tell which of its two languages the vendor answers in."""
    return request.headers.get("Accept-Language", "").lower().startswith("en")
