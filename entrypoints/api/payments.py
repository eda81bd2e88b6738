"""The buyer's browser asks about a payment: by the page's script, or by coming back from paying."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from litestar import post, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope

from application.verify_payment import Knock, Settled, Verdict
from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from domain.order import Trigger
from domain.outcome import AwaitingDeposit, Forged
from domain.payment import PaymentKey
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.bodies import AnyRequest, read_json
from entrypoints.api.errors import answering_errors, reply_to_error, reply_to_verdict
from entrypoints.api.language import language_of
from entrypoints.api.messages import StatusWord
from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import READ, SAFE_HEADERS, Answer, Reply, answer_json, answer_message
from entrypoints.api.schemas import WIRE_NAMES, CompleteBody, CompletedView
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

    def __init__(self, use_cases: UseCases, settings: ApiSettings, metrics: Metrics) -> None:
        self._verify_payment = use_cases.verify_payment
        self._gateway = settings.default_gateway
        self._metrics = metrics

    async def knock(
        self, trigger: Trigger, imp_uid: str, merchant_uid: str, client_token: str | None = None
    ) -> tuple[Verdict, Reply]:
        """The verdict with its reply; what cannot be settled raises, and is counted too."""
        knock = Knock(
            order_id=merchant_uid,
            key=PaymentKey(gateway=self._gateway, payment_id=imp_uid),
            trigger=trigger,
            client_token=client_token,
        )
        try:
            verdict = await self._verify_payment(knock)
        except PortError as error:
            self._metrics.count_verdict(trigger, reply_to_error(error).word)
            raise
        reply = reply_to_verdict(verdict)
        self._metrics.count_verdict(trigger, reply.word)
        return verdict, reply


def complete_route(door: Door) -> HTTPRouteHandler:
    """`POST /payments/complete`, asked by the shop's page."""

    @post("/payments/complete", exception_handlers=answering_errors(wire_names=WIRE_NAMES))
    async def complete(request: AnyRequest) -> ASGIApp:
        body = await read_json(request, CompleteBody)
        verdict, reply = await door.knock(
            Trigger.BROWSER, body.imp_uid, body.merchant_uid, body.client_token
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


def redirect_route(door: Door, settings: ApiSettings) -> HTTPRouteHandler:
    """`GET /payments/redirect`, where a mobile browser arrives after paying."""

    def show(scope: Scope, reply: Reply) -> Answer:
        order_id = _order_id(scope)
        target = _shop_page(settings, reply)
        if target is None:
            return _own_page(scope, reply, order_id)
        location = _with_query(target, {"order_id": order_id, "status": reply.word.word})
        return Answer(303, b"", ((b"location", location.encode()), *SAFE_HEADERS))

    @route("/payments/redirect", http_method=READ, exception_handlers=answering_errors(show))
    async def arrive(request: AnyRequest) -> ASGIApp:
        imp_uid = _only(request.scope, "imp_uid")
        merchant_uid = _only(request.scope, "merchant_uid")
        _, reply = await door.knock(Trigger.REDIRECT, imp_uid, merchant_uid)
        return show(request.scope, reply)

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


def _order_id(scope: Scope) -> str | None:
    """The order id in the query, if there is exactly one and it can be one."""
    try:
        merchant_uid = _only(scope, "merchant_uid")
        check_order_id(merchant_uid)
    except InvalidValue:
        return None
    return merchant_uid


def _only(scope: Scope, name: str) -> str:
    """The query's one value of that name. What else is in the query may be in any encoding."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    values = [value for key, value in query if key == name]
    if not values:
        raise InvalidValue(name, "is required")
    if len(values) > 1:
        raise InvalidValue(name, "is given more than once")
    return values[0]
