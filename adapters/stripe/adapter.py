"""Stripe as a gateway that can be chosen in the settings."""

import re
from collections.abc import Mapping
from typing import Final

from adapters.outbound.client import build_client
from adapters.stripe import wire
from adapters.stripe.connection import connect
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

_KEY: Final = re.compile(r"(?:sk|rk)_[A-Za-z0-9_]{4,250}", re.ASCII)
_TEST_KEY: Final = re.compile(r"(?:sk|rk)_test_", re.ASCII)
_WEBHOOK_SECRET: Final = re.compile(r"whsec_[!-+\--~]{4,250}", re.ASCII)
_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9_]{1,60}", re.ASCII)


def _check_key(text: str) -> None:
    if not _KEY.fullmatch(text):
        raise InvalidValue("api_key", "must be a secret or restricted key, sk_… or rk_…")


def _check_account(text: str) -> None:
    if not _ACCOUNT.fullmatch(text):
        raise InvalidValue("account", "must be a connected account, acct_…")


def read_secrets(text: str) -> list[str]:
    """The signing secrets of our webhook endpoints: while one is replaced, the old and the new."""
    secrets = [each.strip() for each in text.split(",")]
    if not all(map(_WEBHOOK_SECRET.fullmatch, secrets)):
        raise InvalidValue("webhook_secrets", "must be whsec_…, or several with commas between")
    return secrets


def _connect(settings: Mapping[str, str], around: Surroundings) -> GatewayConnection:
    api_key = settings["API_KEY"]
    if not around.allow_test_payments and _TEST_KEY.match(api_key):
        # It would be shown play money only, and refuse all of it.
        raise InvalidValue("api_key", "is a key of test mode, and PAYPROOF_MODE is live")
    return connect(
        build_client(),
        api_key=api_key,
        webhook_secrets=read_secrets(settings["WEBHOOK_SECRETS"]),
        clock=around.clock,
        account=settings.get("ACCOUNT"),
        base_url=settings["BASE_URL"],
        timeout_s=around.timeout_s,
        allow_test_payments=around.allow_test_payments,
    )


_SAMPLE_EVENT: Final = {
    "id": "evt_3MtwBwLkdIwHu7ix28a3tqPa",
    "object": "event",
    "type": "payment_intent.succeeded",
    "data": {
        "object": {
            "id": "pi_3MtwBwLkdIwHu7ix28a3tqPa",
            "object": "payment_intent",
            "metadata": {"order_id": "order-0001"},
        }
    },
}

ADAPTER: Final = GatewayAdapter(
    name=wire.GATEWAY,
    # The address that a buyer comes back to has the payment alone, unless the shop adds the order:
    # a payment that names its order by itself proves nothing about the one that was bought.
    completion=CompletionFields(payment_id="payment_intent", order_id="order_id"),
    connect=_connect,
    nobodys_payment_id="pi_000000000000000000000000",
    settings=(
        AdapterSetting(suffix="API_KEY", kind=SettingKind.SECRET, is_needed=True, check=_check_key),
        AdapterSetting(
            suffix="WEBHOOK_SECRETS", kind=SettingKind.SECRET, is_needed=True, check=read_secrets
        ),
        AdapterSetting(suffix="ACCOUNT", check=_check_account),
        AdapterSetting(suffix="BASE_URL", kind=SettingKind.SERVICE_URL, default=wire.BASE_URL),
    ),
    webhook_sample=SampleBody(fields=_SAMPLE_EVENT),
)
