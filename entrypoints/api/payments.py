"""The buyer's browser asks about a payment: by the page's script, or by coming back from paying."""

from collections.abc import Iterable, Mapping
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope

from application.verify_payment import Knock, Settled, Verdict
from domain.errors import InvalidValue
from domain.identifiers import is_order_id
from domain.order import Trigger
from domain.outcome import AwaitingDeposit, Forged
from domain.payment import PaymentKey
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.bodies import AnyRequest, read_json
from entrypoints.api.errors import answering_errors, reply_to_error, reply_to_verdict
from entrypoints.api.gateway_face import Completion, GatewayFace, completion_body
from entrypoints.api.language import language_of
from entrypoints.api.messages import StatusWord
from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import SAFE_HEADERS, Answer, Reply, answer_json, answer_message
from entrypoints.api.schemas import CompletedView
from entrypoints.api.use_cases import UseCases
from entrypoints.api.views import account_view
from entrypoints.pages.payment_page import CONTENT_SECURITY_POLICY, Tone, payment_page
from ports.errors import PortError

_HTML_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    *SAFE_HEADERS,
)


class Door:
    """Where buyers knock: verifies, counts the verdict, and gives what to say to it."""

    def __init__(self, use_cases: UseCases, metrics: Metrics) -> None:
        self._verify_payment = use_cases.verify_payment
        self._name_order = use_cases.name_order
        self._metrics = metrics

    async def knock(
        self,
        trigger: Trigger,
        key: PaymentKey,
        order_id: str | None,
        client_token: str | None = None,
        approval_token: str | None = None,
    ) -> tuple[Verdict, Reply]:
        """The verdict with its reply; what cannot be settled raises, and is counted too."""
        try:
            if order_id is None:
                named = await self._name_order(key)
                if not isinstance(named, str):
                    return self._reply(trigger, named)
                order_id = named
            verdict = await self._verify_payment(
                Knock(
                    order_id=order_id,
                    key=key,
                    trigger=trigger,
                    client_token=client_token,
                    approval_token=approval_token,
                )
            )
        except PortError as error:
            self._metrics.count_verdict(trigger, reply_to_error(error).word)
            raise
        return self._reply(trigger, verdict)

    def _reply(self, trigger: Trigger, verdict: Verdict) -> tuple[Verdict, Reply]:
        reply = reply_to_verdict(verdict)
        self._metrics.count_verdict(trigger, reply.word)
        return verdict, reply


def payment_routes(
    use_cases: UseCases, settings: ApiSettings, metrics: Metrics
) -> Iterable[HTTPRouteHandler]:
    """Two addresses a gateway, and two more that name none, of the default one."""
    door = Door(use_cases, metrics)
    for face in use_cases.faces.values():
        names = [f"/{face.name}", *([""] if face.name == settings.default_gateway else [])]
        yield _complete_route(door, face, [f"/payments{name}/complete" for name in names])
        yield _redirect_route(door, face, settings, [f"/payments{name}/redirect" for name in names])


def _complete_route(door: Door, face: GatewayFace, paths: list[str]) -> HTTPRouteHandler:
    """`POST /payments/complete`, asked by the shop's page."""
    body_type = completion_body(face)

    @post(paths, exception_handlers=answering_errors(wire_names=face.wire_names))
    async def complete(request: AnyRequest) -> ASGIApp:
        body = cast(Completion, await read_json(request, body_type))
        verdict, reply = await door.knock(
            Trigger.BROWSER,
            PaymentKey(gateway=face.name, payment_id=body.payment_id),
            body.order_id,
            body.client_token,
            body.approval_token,
        )
        if isinstance(verdict, Settled) and body.client_token is not None:
            return _answer_owner(request.scope, reply, verdict)
        return answer_message(request.scope, reply)

    return complete


def _answer_owner(scope: Scope, reply: Reply, settled: Settled) -> Answer:
    """The verdict with the order's own data, for a page that has shown the order's token."""
    order, outcome = settled.order, settled.outcome
    # A forged payment is none of the order's, whatever was known by its name before.
    payment = None if isinstance(outcome, Forged) else order.payment(settled.key)
    account = account_view(outcome.account) if isinstance(outcome, AwaitingDeposit) else None
    view = CompletedView(
        status=reply.word.word,
        message=reply.word.message(language_of(scope)),
        order_id=order.order_id,
        amount=order.amount.number,
        currency=order.amount.currency_code,
        receipt_url=None if payment is None else payment.receipt_url,
        virtual_account=account,
    )
    return answer_json(reply.word.http_status, view, reply.headers)


def _redirect_route(
    door: Door, face: GatewayFace, settings: ApiSettings, paths: list[str]
) -> HTTPRouteHandler:
    """`GET /payments/redirect`, where a mobile browser arrives after paying."""
    fields = face.adapter.completion

    def show(scope: Scope, reply: Reply, order_id: str | None = None) -> Answer:
        shown_id = order_id or _order_id(scope, fields.order_id)
        target = _shop_page(settings, reply)
        if target is None:
            return _own_page(scope, reply, shown_id)
        location = _with_query(target, {"order_id": shown_id, "status": reply.word.word})
        return Answer(303, b"", ((b"location", location.encode()), *SAFE_HEADERS))

    # By GET alone: it settles and may take money, and a HEAD must change nothing.
    @get(paths, exception_handlers=answering_errors(show, face.wire_names))
    async def arrive(request: AnyRequest) -> ASGIApp:
        scope = request.scope
        payment_id = _only(scope, fields.payment_id)
        needs_order_id = fields.needs_order_id or _has(scope, fields.order_id)
        token = fields.approval_token
        verdict, reply = await door.knock(
            Trigger.REDIRECT,
            PaymentKey(gateway=face.name, payment_id=payment_id),
            _only(scope, fields.order_id) if needs_order_id else None,
            approval_token=_only(scope, token) if token and _has(scope, token) else None,
        )
        # The gateway has named it; a forged one is none of that payment's.
        if isinstance(verdict, Settled) and not isinstance(verdict.outcome, Forged):
            return show(scope, reply, verdict.order.order_id)
        return show(scope, reply)

    return arrive


def _own_page(scope: Scope, reply: Reply, order_id: str | None) -> Answer:
    language = language_of(scope)
    page = payment_page(
        _tone(reply.word), reply.word.message(language), order_id, language=language
    )
    return Answer(reply.word.http_status, page, (*_HTML_HEADERS, *reply.headers))


def _tone(word: StatusWord) -> Tone:
    if word.http_status in (202, 429) or word.http_status >= 500:
        return "wait"
    return "good" if word.http_status < 300 else "bad"


def _shop_page(settings: ApiSettings, reply: Reply) -> str | None:
    """The shop's page for that reply; None if ours has to say it.

    What is not known yet must not look like a failure, or the buyer pays twice: an open payment
    goes to the page for success, with `status=pending`, and an outage is told by our own page.
    """
    if settings.success_url is None or settings.failure_url is None:
        return None
    if reply.word.http_status < 300:
        return settings.success_url
    return settings.failure_url if _tone(reply.word) == "bad" else None


def _with_query(url: str, added: Mapping[str, str | None]) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [(name, value) for name, value in added.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _order_id(scope: Scope, name: str) -> str | None:
    """The order id in the query, if there is exactly one and it can be one."""
    try:
        order_id = _only(scope, name)
    except InvalidValue:
        return None
    return order_id if is_order_id(order_id) else None


def _has(scope: Scope, name: str) -> bool:
    return bool(_values(scope, name))


def _only(scope: Scope, name: str) -> str:
    """The query's one value of that name."""
    values = _values(scope, name)
    if not values:
        raise InvalidValue(name, "is required")
    if len(values) > 1:
        raise InvalidValue(name, "is given more than once")
    return values[0]


def _values(scope: Scope, name: str) -> list[str]:
    """The query's values of that name. What else is in the query may be in any encoding."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return [value for key, value in query if key == name]
