"""PortOne V2 as a gateway that can be chosen in the settings."""

import re
from collections.abc import Mapping
from typing import Final

from adapters.outbound.client import build_client
from adapters.portone_v2 import wire
from adapters.portone_v2.connection import connect
from adapters.portone_v2.event_wire import QUESTION
from adapters.portone_v2.naming import OrderIdIn
from adapters.portone_v2.signature import read_secrets
from domain.errors import InvalidValue
from ports.gateway_adapter import (
    AdapterSetting,
    CompletionFields,
    GatewayAdapter,
    SampleBody,
    SettingKind,
    Surroundings,
)
from ports.gateway_connection import GatewayConnection

_STORE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_SECRET: Final = re.compile(r"[!-~]{1,500}", re.ASCII)
_IS_ON: Final = {"on": True, "off": False}


def _connect(settings: Mapping[str, str], around: Surroundings) -> GatewayConnection:
    return connect(
        build_client(),
        api_secret=settings["API_SECRET"],
        store_id=settings["STORE_ID"],
        webhook_keys=read_secrets(settings["WEBHOOK_SECRETS"]),
        order_id_in=OrderIdIn(settings["ORDER_ID_IN"]),
        shop_approves=_IS_ON[settings["MANUAL_CONFIRM"]],
        base_url=settings["BASE_URL"],
        timeout_s=around.timeout_s,
        allow_test_payments=around.allow_test_payments,
        clock=around.clock,
    )


def _check_secret(text: str) -> None:
    # It goes into a header.
    if not _SECRET.fullmatch(text):
        raise InvalidValue("api_secret", "must be printable ASCII without spaces")


def _check_store_id(text: str) -> None:
    if not _STORE_ID.fullmatch(text):
        raise InvalidValue("store_id", 'must be a store id, like "store-3b1f…"')


def _check_order_id_in(text: str) -> None:
    if text not in set(OrderIdIn):
        raise InvalidValue("order_id_in", f"must be {' or '.join(OrderIdIn)}")


def _check_switch(text: str) -> None:
    if text not in _IS_ON:
        raise InvalidValue("manual_confirm", f"must be {' or '.join(_IS_ON)}")


_TIME: Final = "2026-11-27T09:00:00.000Z"
_DATA: Final = {
    "storeId": "store-00000000-0000-0000-0000-000000000000",
    "paymentId": "order-0001",
    "transactionId": "0194a1c7-0000-7000-8000-000000000001",
}

ADAPTER: Final = GatewayAdapter(
    name=wire.GATEWAY,
    completion=CompletionFields(
        payment_id="paymentId",
        order_id="orderId",
        needs_order_id=False,
        approval_token="paymentToken",  # noqa: S106 - a field's name
    ),
    connect=_connect,
    nobodys_payment_id="payproof-doctor-asks-for-nobodys-payment",
    settings=(
        AdapterSetting(
            suffix="API_SECRET", kind=SettingKind.SECRET, is_needed=True, check=_check_secret
        ),
        AdapterSetting(suffix="STORE_ID", is_needed=True, check=_check_store_id),
        AdapterSetting(
            suffix="WEBHOOK_SECRETS", kind=SettingKind.SECRET, is_needed=True, check=read_secrets
        ),
        AdapterSetting(
            suffix="ORDER_ID_IN", default=OrderIdIn.PAYMENT_ID, check=_check_order_id_in
        ),
        AdapterSetting(suffix="MANUAL_CONFIRM", default="off", check=_check_switch),
        AdapterSetting(suffix="BASE_URL", kind=SettingKind.SERVICE_URL, default=wire.BASE_URL),
    ),
    webhook_sample=SampleBody(
        fields={"type": "Transaction.Paid", "timestamp": _TIME, "data": _DATA}, may_be_form=True
    ),
    confirm_sample=SampleBody(
        fields={"type": QUESTION, "timestamp": _TIME, "data": {**_DATA, "totalAmount": 1000}}
    ),
)
