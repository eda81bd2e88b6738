"""Replies: what is said to a client, and the answer that carries it over HTTP."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.enums import HttpMethod
from litestar.types import Receive, Scope, Send

from entrypoints.api.language import language_of
from entrypoints.api.messages import StatusWord
from entrypoints.api.schemas import FieldError, Message

# Proxies and health checkers ask by HEAD: the same answer, sent without its body.
READ = (HttpMethod.GET, HttpMethod.HEAD)

RawHeaders = tuple[tuple[bytes, bytes], ...]

# Every answer is about one payment at one moment, so none may be kept, framed or sniffed.
SAFE_HEADERS: RawHeaders = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_JSON_HEADERS: RawHeaders = (
    (b"content-type", b"application/json"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    *SAFE_HEADERS,
)
_encode = msgspec.json.Encoder().encode


class Answer:
    """An HTTP answer ready to send: an ASGI application, at a tenth of a response's cost."""

    __slots__ = ("body", "headers", "http_status")

    def __init__(self, http_status: int, body: bytes, headers: RawHeaders) -> None:
        self.http_status = http_status
        self.body = body
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % len(self.body))
        await send(
            {
                "type": "http.response.start",
                "status": self.http_status,
                "headers": [*self.headers, length],
            }
        )
        body = b"" if scope.get("method") == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def to_asgi_response(self, **_: Any) -> "Answer":
        """What Litestar asks of whatever an exception handler returns."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status word with what must go with it."""

    word: StatusWord
    errors: tuple[FieldError, ...] = ()
    headers: RawHeaders = ()


def answer_json(http_status: int, body: msgspec.Struct, headers: RawHeaders = ()) -> Answer:
    """An answer with that body as JSON."""
    return Answer(http_status, _encode(body), (*_JSON_HEADERS, *headers))


def answer_message(scope: Scope, reply: Reply) -> Answer:
    """An answer of status and message, with the errors if there are any."""
    word = reply.word
    body = Message(
        status=word.word,
        message=word.message(language_of(scope)),
        errors=list(reply.errors) or msgspec.UNSET,
    )
    return answer_json(word.http_status, body, reply.headers)
