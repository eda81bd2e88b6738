"""The shop's backend: registers orders, and reads what became of them."""

import re

from litestar import post, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from application.register_order import OrderConflict, Sale
from domain.customer import Customer
from domain.errors import InvalidValue
from domain.money import Currency, Money
from entrypoints.api import messages
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.authentication import bearer_guard
from entrypoints.api.bodies import AnyRequest, amount_number, in_utc, read_json
from entrypoints.api.replies import READ, Reply, answer_json, answer_message
from entrypoints.api.schemas import CustomerBody, OrderBody, WaitingAccountsView
from entrypoints.api.use_cases import UseCases
from entrypoints.api.views import order_view, registered_view, waiting_view

_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,4}")


def order_routes(use_cases: UseCases, settings: ApiSettings) -> list[HTTPRouteHandler]:
    """The routes that need the shop's key."""
    guards = [bearer_guard(settings.api_key)]
    reader = use_cases.read_order

    @post("/orders", guards=guards)
    async def register(request: AnyRequest) -> ASGIApp:
        sale = _sale(await read_json(request, OrderBody))
        result = await use_cases.register_order(sale)
        if isinstance(result, OrderConflict):
            return answer_message(request.scope, Reply(word=messages.ORDER_CONFLICT))
        status = reader.status_now(result.order)
        return answer_json(201 if result.created else 200, registered_view(result.order, status))

    @route("/orders/{order_id:str}", http_method=READ, guards=guards)
    async def show(request: AnyRequest, order_id: FromPath[str]) -> ASGIApp:
        order = await reader.by_id(order_id)
        if order is None:
            return answer_message(request.scope, Reply(word=messages.ORDER_NOT_FOUND))
        # Only for who asks: the interface fixes what an entry of the history has by itself.
        with_evidence = request.query_params.get("evidence") == "true"
        view = order_view(order, reader.status_now(order), with_evidence=with_evidence)
        return answer_json(200, view)

    @route("/customers/{customer_id:str}/virtual-accounts", http_method=READ, guards=guards)
    async def list_accounts(customer_id: FromPath[str]) -> ASGIApp:
        accounts = [
            waiting_view(waiting, account)
            for waiting in await reader.waiting_accounts(customer_id)
            if (account := waiting.payment.virtual_account) is not None
        ]
        return answer_json(
            200, WaitingAccountsView(customer_id=customer_id, virtual_accounts=accounts)
        )

    return [register, show, list_accounts]


def _sale(body: OrderBody) -> Sale:
    currency = Currency(body.currency)
    return Sale(
        order_id=body.order_id,
        amount=Money.of(amount_number(body.amount), currency),
        name=body.name,
        customer=None if body.customer is None else _customer(body.customer),
        expires_at=None if body.expires_at is None else in_utc("expires_at", body.expires_at),
    )


def _customer(body: CustomerBody) -> Customer:
    locale = "ko" if body.locale is None else _known_locale(body.locale)
    return Customer(customer_id=body.customer_id, phone=body.phone, locale=locale)


def _known_locale(tag: str) -> str:
    """The language we write in that suits the tag: Korean for `ko-KR`, English for all others."""
    match = _LANGUAGE_TAG.fullmatch(tag)
    if match is None:
        raise InvalidValue("customer.locale", 'must be a language tag, like "ko" or "en-US"')
    return "ko" if match[1].lower() == "ko" else "en"
