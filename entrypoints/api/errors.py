"""From verdicts, vetoes and exceptions to replies: the only place that joins them to HTTP."""

import math
import traceback
from collections.abc import Callable, Mapping
from typing import assert_never, cast

import structlog
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotAuthorizedException,
    NotFoundException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ExceptionHandlersMap, Scope

from application.confirm_payment import Veto
from application.verify_payment import (
    OrderNotFound,
    PaymentNotFound,
    Settled,
    TooManyQuestions,
    Verdict,
    WrongToken,
)
from domain.errors import InvalidValue
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, UnsupportedMediaType
from entrypoints.api.messages import StatusWord
from entrypoints.api.replies import Answer, RawHeaders, Reply, answer_message
from entrypoints.api.schemas import FieldError
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    RecordCorrupt,
    RepositoryUnavailable,
    WebhookNotAuthentic,
    WebhookRejected,
)

RETRY_AFTER_S = 5

_WORDS: Mapping[type[BaseException], StatusWord] = {
    InvalidValue: messages.INVALID_REQUEST,
    WebhookRejected: messages.INVALID_REQUEST,
    WebhookNotAuthentic: messages.NOT_AUTHENTIC,
    GatewayUnavailable: messages.GATEWAY_UNAVAILABLE,
    GatewayProtocolError: messages.GATEWAY_UNAVAILABLE,
    GatewayRefused: messages.GATEWAY_REFUSED,
    RepositoryUnavailable: messages.DATABASE_UNAVAILABLE,
    RecordCorrupt: messages.DATABASE_UNAVAILABLE,
    ConcurrentUpdate: messages.DATABASE_UNAVAILABLE,
    ClientException: messages.INVALID_REQUEST,
    NotAuthorizedException: messages.UNAUTHORIZED,
    NotFoundException: messages.NOT_FOUND,
    MethodNotAllowedException: messages.METHOD_NOT_ALLOWED,
    RequestEntityTooLarge: messages.TOO_LARGE,
    UnsupportedMediaType: messages.UNSUPPORTED_MEDIA_TYPE,
}
VETO_WORDS: Mapping[Veto, StatusWord] = {
    Veto.ORDER_NOT_FOUND: messages.ORDER_NOT_FOUND,
    Veto.AMOUNT_DIFFERS: messages.AMOUNT_DIFFERS,
    Veto.ALREADY_PAID: messages.ALREADY_PAID,
    Veto.ORDER_EXPIRED: messages.ORDER_EXPIRED,
}

_log = structlog.get_logger("payproof.api")

Render = Callable[[Scope, Reply], Answer]


def reply_to_verdict(verdict: Verdict) -> Reply:
    """What to say to a verdict. A wrong token raises `InvalidValue`, as a malformed one does."""
    match verdict:
        case Settled(outcome=outcome):
            return Reply(word=messages.OUTCOME_WORDS[outcome.kind])
        case OrderNotFound():
            return Reply(word=messages.ORDER_NOT_FOUND)
        case PaymentNotFound():
            return Reply(word=messages.PAYMENT_NOT_FOUND)
        case TooManyQuestions(retry_after_s=wait_s):
            return Reply(word=messages.TOO_MANY_REQUESTS, headers=_retry_after(math.ceil(wait_s)))
        case WrongToken():
            raise InvalidValue("client_token", "is not this order's token")
        case _:
            assert_never(verdict)


def reply_to_error(error: BaseException, wire_names: Mapping[str, str] | None = None) -> Reply:
    """What to say to an exception; `wire_names` are the fields that the client knows otherwise."""
    word = next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), None)
    if word is None:
        return Reply(word=messages.INTERNAL_ERROR)
    if isinstance(error, WebhookRejected) and error.code == "too-large":
        return Reply(word=messages.TOO_LARGE)
    return Reply(word=word, errors=_errors(error, wire_names or {}), headers=_headers(error, word))


def answering_errors(
    render: Render = answer_message, wire_names: Mapping[str, str] | None = None
) -> ExceptionHandlersMap:
    """Litestar's map of exception handlers, with ours as the only one."""

    def answer(request: AnyRequest, error: Exception) -> Answer:
        reply = reply_to_error(error, wire_names)
        if reply.word is messages.INTERNAL_ERROR or isinstance(error, RecordCorrupt):
            _report(error)
        return render(request.scope, reply)

    # Litestar asks no more of a handler's result than what an Answer has.
    return cast(ExceptionHandlersMap, {Exception: answer, HTTPException: answer})


def _errors(error: BaseException, wire_names: Mapping[str, str]) -> tuple[FieldError, ...]:
    match error:
        case InvalidValue(field=field, reason=reason):
            return (FieldError(field=wire_names.get(field, field), message=reason),)
        case WebhookRejected(code=code):
            return (FieldError(field="body", message=code),)
        case _:
            return ()


def _headers(error: BaseException, word: StatusWord) -> RawHeaders:
    if word in (messages.GATEWAY_UNAVAILABLE, messages.DATABASE_UNAVAILABLE):
        return _retry_after(RETRY_AFTER_S)
    if word is messages.NOT_AUTHENTIC:
        return ((b"www-authenticate", b"Signature"),)
    if word is messages.UNAUTHORIZED:
        return ((b"www-authenticate", b"Bearer"),)
    if isinstance(error, MethodNotAllowedException) and error.headers is not None:
        return ((b"allow", error.headers["allow"].encode("latin-1")),)
    return ()


def _report(error: Exception) -> None:
    """Where it happened and of what type. Its text may hold anything, so that is left out."""
    _log.error(
        "unexpected",
        error=type(error).__name__,
        traceback="".join(traceback.format_tb(error.__traceback__)),
    )


def _retry_after(seconds: int) -> RawHeaders:
    return ((b"retry-after", b"%d" % max(1, seconds)),)
