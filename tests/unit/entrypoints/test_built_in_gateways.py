"""All built-in gateways at once: each connects by its settings alone, and is described whole."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from entrypoints.api.app import create_app
from entrypoints.container import Container, open_container
from entrypoints.gateways import _BUILT_IN
from entrypoints.settings import load_settings
from tests.support.api import client_of

# What each cannot do without, and what its pages bring back.
SETTINGS = {
    "portone-v1": {"API_KEY": "key", "API_SECRET": "secret"},
    "portone-v2": {"API_SECRET": "secret", "STORE_ID": "store-1", "WEBHOOK_SECRETS": "whsec_c2Vj"},
    "stripe": {"API_KEY": "sk_live_1234", "WEBHOOK_SECRETS": "whsec_1234"},
    "toss": {"SECRET_KEY": "live_sk_1234"},
}
IDS = {
    "portone-v1": {"imp_uid": "imp_123456789012", "merchant_uid": "order-0001"},
    "portone-v2": {"paymentId": "order-0001"},
    "stripe": {"payment_intent": "pi_3MtwBwLkdIwHu7ix28a3tqPa", "order_id": "order-0001"},
    "toss": {"paymentKey": "tviva20261101120000Abcd1", "orderId": "order-0001"},
}


def environ(folder: Path) -> dict[str, str]:
    given = {
        "PAYPROOF_GATEWAYS": ",".join(SETTINGS),
        "PAYPROOF_DATABASE_URL": f"sqlite:///{folder}/payproof.db",
        "PAYPROOF_GATEWAY_TIMEOUT_S": "0.2",
    }
    for name, settings in SETTINGS.items():
        prefix = f"PAYPROOF_{name.upper().replace('-', '_')}_"
        given |= {f"{prefix}{suffix}": text for suffix, text in settings.items()}
        # Nobody listens there.
        given[f"{prefix}BASE_URL"] = "http://127.0.0.1:1"
    return given


@pytest.fixture
async def container(tmp_path: Path) -> AsyncIterator[Container]:
    async with open_container(load_settings(environ(tmp_path))) as container:
        yield container


@pytest.fixture
async def client(container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(container.use_cases(), container.api_settings())) as client:
        yield client


def test_none_is_forgotten() -> None:
    assert SETTINGS.keys() == IDS.keys() == _BUILT_IN.keys()


async def test_each_has_its_name_and_what_it_can_is_used(container: Container) -> None:
    connections = container.connections()

    assert {name: each.name for name, each in connections.items()} == {
        name: name for name in _BUILT_IN
    }
    refunding = {name for name, each in connections.items() if each.refunds is not None}
    listing = {name for name, each in connections.items() if each.listing is not None}
    assert container.desks().keys() == refunding
    assert container.sweeping().reconciles.keys() == listing


@pytest.mark.parametrize("name", _BUILT_IN)
async def test_nobodys_payment_has_the_form_of_an_id(container: Container, name: str) -> None:
    face = container.faces()[name]

    assert container.gateways()[name].is_payment_id(face.adapter.nobodys_payment_id)


@pytest.mark.parametrize("name", _BUILT_IN)
async def test_a_page_is_understood_in_the_words_of_each(
    client: httpx.AsyncClient, name: str
) -> None:
    complete = await client.post(f"/payments/{name}/complete", json=IDS[name])
    arrive = await client.get(f"/payments/{name}/redirect", params=IDS[name])

    # The order was never registered; where the page does not name it, the gateway is asked.
    status, word = (404, "orderNotFound")
    if "order-0001" not in list(IDS[name].values())[1:]:
        status, word = (503, "gatewayUnavailable")
    assert (complete.status_code, complete.json()["status"]) == (status, word)
    assert arrive.status_code == status


@pytest.mark.parametrize("name", _BUILT_IN)
async def test_a_webhook_in_no_form_of_theirs_is_no_mistake_of_ours(
    client: httpx.AsyncClient, name: str
) -> None:
    for body in (b"", b"{}", b"[]", b"\xff", b"a=1"):
        answer = await client.post(f"/webhooks/{name}", content=body)

        assert answer.status_code in (400, 401)
        assert answer.json()["status"] in ("invalidRequest", "notAuthentic")


async def test_what_a_redirect_may_bring_is_described(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/schema")).json()["paths"]

    brought = paths["/payments/portone-v2/redirect"]["get"]["parameters"]

    assert {each["name"]: each["required"] for each in brought} == {
        "paymentId": True,
        "orderId": False,
        "paymentToken": False,
    }


async def test_all_of_them_are_described(client: httpx.AsyncClient) -> None:
    document: dict[str, Any] = (await client.get("/schema")).json()

    validate(document)
    for name in _BUILT_IN:
        complete = document["paths"][f"/payments/{name}/complete"]["post"]
        media = complete["requestBody"]["content"]["application/json"]
        schema = media["schema"] | {"components": document["components"]}
        OAS31Validator(schema).validate(media["example"])
        OAS31Validator(schema).validate(IDS[name])
        hook = document["paths"][f"/webhooks/{name}"]["post"]["requestBody"]["content"]
        assert hook["application/json"]["example"]
