"""What a gateway's package may call its settings and its fields."""

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.portone_v1.webhook import PortOneV1Webhook
from domain.errors import InvalidValue
from ports.gateway_adapter import (
    AdapterSetting,
    CompletionFields,
    GatewayAdapter,
    Surroundings,
)
from ports.gateway_connection import GatewayConnection

FIELDS = CompletionFields(payment_id="paymentKey", order_id="orderId")


def connect(_settings: Mapping[str, str], _around: Surroundings) -> GatewayConnection:
    return GatewayConnection(payments=MemoryPaymentGateway("bank"), webhooks=PortOneV1Webhook())


def an_adapter(**changes: Any) -> GatewayAdapter:
    given: dict[str, Any] = {"name": "bank-2", "nobodys_payment_id": "none", "completion": FIELDS}
    return GatewayAdapter(**(given | {"connect": connect} | changes))


def test_its_settings_begin_with_its_name() -> None:
    assert an_adapter().prefix == "PAYPROOF_BANK_2_"


@pytest.mark.parametrize("suffix", ["", "secret", "SECRET_FILE", "_X", "A-B", "A" * 41])
def test_a_suffix_is_part_of_a_name(suffix: str) -> None:
    with pytest.raises(InvalidValue, match="suffix"):
        AdapterSetting(suffix=suffix)


def test_a_setting_takes_any_text_unless_it_says_otherwise() -> None:
    setting = AdapterSetting(suffix="STORE_ID")

    setting.check("anything")

    assert (setting.is_needed, setting.default) == (False, None)


@pytest.mark.parametrize(
    "names",
    [
        {"payment_id": "id", "order_id": "id"},
        {"payment_id": "client_token", "order_id": "order"},
        {"payment_id": "", "order_id": "order"},
        {"payment_id": "a b", "order_id": "order"},
        {"payment_id": "id", "order_id": "order", "approval_token": "order"},
    ],
)
def test_fields_have_names_that_differ(names: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="completion"):
        CompletionFields(**names)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Bank"}, "gateway"),
        ({"nobodys_payment_id": ""}, "payment_id"),
        ({"settings": [AdapterSetting(suffix="A"), AdapterSetting(suffix="A")]}, "settings"),
    ],
)
def test_an_adapter_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as error:
        an_adapter(**changes)

    assert error.value.field == field
