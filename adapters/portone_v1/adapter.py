"""PortOne V1 as a gateway that can be chosen in the settings."""

from collections.abc import Mapping
from typing import Final

from adapters.outbound.client import build_client
from adapters.portone_v1 import wire
from adapters.portone_v1.connection import connect
from ports.gateway_adapter import (
    AdapterSetting,
    CompletionFields,
    GatewayAdapter,
    SampleBody,
    SettingKind,
    Surroundings,
)
from ports.gateway_connection import GatewayConnection


def _connect(settings: Mapping[str, str], around: Surroundings) -> GatewayConnection:
    return connect(
        build_client(),
        api_key=settings["API_KEY"],
        api_secret=settings["API_SECRET"],
        base_url=settings["BASE_URL"],
        timeout_s=around.timeout_s,
        allow_test_payments=around.allow_test_payments,
        clock=around.clock,
    )


_IDS: Final = {"imp_uid": "imp_448280090638", "merchant_uid": "order-0001"}

ADAPTER: Final = GatewayAdapter(
    name=wire.GATEWAY,
    completion=CompletionFields(payment_id="imp_uid", order_id="merchant_uid"),
    connect=_connect,
    nobodys_payment_id="imp_000000000000",
    settings=(
        AdapterSetting(suffix="API_KEY", kind=SettingKind.SECRET, is_needed=True),
        AdapterSetting(suffix="API_SECRET", kind=SettingKind.SECRET, is_needed=True),
        AdapterSetting(suffix="BASE_URL", kind=SettingKind.SERVICE_URL, default=wire.BASE_URL),
    ),
    webhook_sample=SampleBody(fields=_IDS | {"status": "paid"}, may_be_form=True),
    confirm_sample=SampleBody(fields=_IDS | {"amount": 1000}, may_be_form=True),
)
