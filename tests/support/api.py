"""The HTTP interface over a shop in memory, and a client that distrusts every answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import httpx
from litestar import Litestar

from adapters.portone_v1.adapter import ADAPTER
from adapters.portone_v1.confirm import PortOneV1ConfirmHook
from adapters.portone_v1.webhook import PortOneV1Webhook
from application.run_tasks import RunTasks
from domain.order import Order
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.api.use_cases import UseCases
from tests.support.factories import GATEWAY, ORDER_ID, PAYMENT_ID, an_order
from tests.support.shop import Shop

FACE = GatewayFace(adapter=ADAPTER, webhooks=PortOneV1Webhook(), confirm=PortOneV1ConfirmHook())
API_KEY = "key-of-the-shop-0123456789"
BY_SHOP = {"Authorization": f"Bearer {API_KEY}"}
ENGLISH = {"Accept-Language": "en"}
IDS = {"imp_uid": PAYMENT_ID, "merchant_uid": ORDER_ID}
# Whatever is asked and however it goes wrong, none of these is ever answered.
NEVER_SHOWN = (API_KEY, "Traceback", 'File "', "010-1234", "1012345678", "entrypoints", "litestar")


def use_cases(shop: Shop, worker: RunTasks | None = None) -> UseCases:
    return UseCases(
        register_order=shop.register_order,
        read_order=shop.read_order,
        verify_payment=shop.verify_payment,
        take_webhook=shop.take_webhook,
        confirm_payment=shop.confirm_payment,
        request_refund=shop.request_refund,
        name_order=shop.name_order,
        faces={GATEWAY: FACE},
        orders=shop.orders,
        review_tasks=shop.review_tasks,
        worker=worker,
    )


def an_app(shop: Shop, worker: RunTasks | None = None, **settings: Any) -> Litestar:
    given = replace(ApiSettings(api_key=API_KEY), **settings)
    return create_app(use_cases(shop, worker), given)


@asynccontextmanager
async def client_of(
    app: Litestar, base_url: str = "http://payproof.test"
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast(Any, app)),
        base_url=base_url,
        event_hooks={"response": [_distrust]},
    ) as client:
        yield client


@asynccontextmanager
async def asking(shop: Shop, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(an_app(shop, **settings)) as client:
        yield client


def a_shop_with(*orders: Order, **options: Any) -> Shop:
    shop = Shop(**options)
    shop.keep(*(orders or (an_order(),)))
    return shop


async def _distrust(response: httpx.Response) -> None:
    await response.aread()
    for secret in NEVER_SHOWN:
        assert secret not in response.text, f"{secret!r} is shown"
    if response.is_error and response.headers["content-type"] == "application/json":
        said = response.json() if response.content else {"status": "x", "message": "x"}
        assert isinstance(said["status"], str)
        assert said["message"]
