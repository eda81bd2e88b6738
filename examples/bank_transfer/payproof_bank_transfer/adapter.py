"""The bank as a gateway that can be chosen in payproof's settings."""

from collections.abc import Mapping
from typing import Final

from adapters.outbound.client import build_client
from payproof_bank_transfer import wire
from payproof_bank_transfer.gateway import BankTransferGateway
from payproof_bank_transfer.webhook import BankTransferWebhook
from ports.gateway_adapter import (
    AdapterSetting,
    CompletionFields,
    GatewayAdapter,
    SettingKind,
    Surroundings,
)
from ports.gateway_connection import GatewayConnection


def _connect(settings: Mapping[str, str], around: Surroundings) -> GatewayConnection:
    client = build_client()
    return GatewayConnection(
        payments=BankTransferGateway(
            client,
            base_url=settings["BASE_URL"],
            api_key=settings["API_KEY"],
            timeout_s=around.timeout_s,
        ),
        webhooks=BankTransferWebhook(settings["WEBHOOK_SECRET"], around.clock),
        close=client.aclose,
    )


ADAPTER: Final = GatewayAdapter(
    name=wire.GATEWAY,
    completion=CompletionFields(
        payment_id="transfer_id", order_id="order_id", needs_order_id=False
    ),
    connect=_connect,
    nobodys_payment_id="tr-000000000000",
    settings=(
        AdapterSetting(suffix="BASE_URL", kind=SettingKind.SERVICE_URL, is_needed=True),
        AdapterSetting(suffix="API_KEY", kind=SettingKind.SECRET, is_needed=True),
        AdapterSetting(suffix="WEBHOOK_SECRET", kind=SettingKind.SECRET, is_needed=True),
    ),
)
