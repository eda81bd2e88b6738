"""Toss Payments as a gateway that can be chosen in the settings."""

import re
from collections.abc import Mapping
from typing import Final

from adapters.outbound.client import build_client
from adapters.toss import wire
from adapters.toss.connection import connect
from domain.errors import InvalidValue
from domain.payment import Mode
from ports.gateway_adapter import (
    AdapterSetting,
    CompletionFields,
    GatewayAdapter,
    SampleBody,
    SettingKind,
    Surroundings,
)
from ports.gateway_connection import GatewayConnection

# Of the API (sk) or of the payment widget (gsk); those with ck are for the buyer's page.
_SECRET_KEY: Final = re.compile(r"(?:live|test)_g?sk_[A-Za-z0-9_]{1,200}", re.ASCII)
_MERCHANT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def _check_secret_key(text: str) -> None:
    if not _SECRET_KEY.fullmatch(text):
        raise InvalidValue("secret_key", "must be a secret key: live_sk_…, test_sk_… or one of gsk")


def _check_merchant_id(text: str) -> None:
    if not _MERCHANT_ID.fullmatch(text):
        raise InvalidValue("merchant_id", "must be a merchant id (MID)")


def _connect(settings: Mapping[str, str], around: Surroundings) -> GatewayConnection:
    secret_key = settings["SECRET_KEY"]
    if wire.mode_of(secret_key) is Mode.TEST and not around.allow_test_payments:
        # It would be shown play money only, and refuse all of it.
        raise InvalidValue("secret_key", "is a key of test mode, and PAYPROOF_MODE is live")
    return connect(
        build_client(),
        secret_key=secret_key,
        base_url=settings["BASE_URL"],
        merchant_account=settings.get("MERCHANT_ID"),
        timeout_s=around.timeout_s,
        clock=around.clock,
    )


_SAMPLE_EVENT: Final = {
    "eventType": "PAYMENT_STATUS_CHANGED",
    "createdAt": "2026-11-01T12:01:05.000",
    "data": {"paymentKey": "tviva20261101120000Abcd1", "orderId": "order-0001", "status": "DONE"},
}

ADAPTER: Final = GatewayAdapter(
    name=wire.GATEWAY,
    # The page also brings an amount: the vendor's is compared, and ours is taken.
    completion=CompletionFields(payment_id="paymentKey", order_id="orderId"),
    connect=_connect,
    nobodys_payment_id="payproof_nobodys_payment",
    settings=(
        AdapterSetting(
            suffix="SECRET_KEY", kind=SettingKind.SECRET, is_needed=True, check=_check_secret_key
        ),
        AdapterSetting(suffix="MERCHANT_ID", check=_check_merchant_id),
        AdapterSetting(suffix="BASE_URL", kind=SettingKind.SERVICE_URL, default=wire.BASE_URL),
    ),
    webhook_sample=SampleBody(fields=_SAMPLE_EVENT),
)
