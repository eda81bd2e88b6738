"""What the simulator's gateways can is what their adapters declare, and what the contract tries."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from adapters.memory.clock import ManualClock
from entrypoints.gateways import _BUILT_IN, find_adapter
from ports.errors import WebhookNotAuthentic
from ports.gateway_adapter import GatewayAdapter, Surroundings
from ports.gateway_connection import GatewayConnection
from ports.webhook_authenticator import WebhookClaim
from sandbox.stripe.signing import signature_header
from tests.contract.gateways import STANDS, Can
from tests.simulation.character import BANK_TRANSFER, CHARACTERS, Character, Lists, Names
from tests.simulation.run import ANY, character_of
from tests.support.factories import NOON
from tests.unit.adapters.portone_v2 import samples as portone_v2

NOW_S = int(NOON.timestamp())
STRIPE_SECRET = "whsec_1234"
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How one gateway's webhooks look; without changes they are told as any other."""

    headers: Callable[[bytes], dict[str, str]]
    deposit: Fields | None = None
    refund: Fields | None = None


def plain(_body: bytes) -> dict[str, str]:
    return {"content-type": "application/json"}


# The settings by which each works as its character does, and what its webhooks look like.
SETTINGS: dict[str, dict[str, str]] = {
    "portone-v1": {"API_KEY": "key", "API_SECRET": "secret"},
    "portone-v2": {
        "API_SECRET": "secret",
        "STORE_ID": "store-00000000-0000-0000-0000-000000000000",
        "WEBHOOK_SECRETS": portone_v2.SECRET,
        "ORDER_ID_IN": "custom-data",
        "MANUAL_CONFIRM": "on",
    },
    "stripe": {"API_KEY": "sk_live_1234", "WEBHOOK_SECRETS": STRIPE_SECRET},
    "toss": {"SECRET_KEY": "live_sk_1234"},
}
TELLINGS: dict[str, Telling] = {
    "portone-v1": Telling(headers=plain, refund={"status": "cancelled"}),
    "portone-v2": Telling(
        headers=lambda body: portone_v2.signed(body, at_s=NOW_S),
        refund={"type": "Transaction.Cancelled"},
    ),
    "stripe": Telling(
        headers=lambda body: {"stripe-signature": signature_header(body, [STRIPE_SECRET], NOW_S)},
        refund={
            "type": "refund.created",
            "data": {"object": {"id": "re_1", "payment_intent": "pi_3MtwBwLkdIwHu7ix28a3tqPa"}},
        },
    ),
    "toss": Telling(
        headers=lambda body: plain(body) | {"tosspayments-webhook-transmission-id": "tr-1"},
        deposit={
            "eventType": "DEPOSIT_CALLBACK",
            "data": {"secret": "ps_1", "orderId": "order-0001", "status": "DONE"},
        },
        refund={
            "data": {"paymentKey": "tviva_1", "orderId": "order-0001", "status": "CANCELED"},
        },
    ),
}
# The stand of the contract that works as the character does.
STANDS_OF = {name: name for name in _BUILT_IN} | {"portone-v2": "portone-v2-by-custom-data"}


def adapter_of(name: str) -> GatewayAdapter:
    adapter = find_adapter(name)
    assert adapter is not None
    return adapter


@pytest.fixture(params=_BUILT_IN)
def declared(
    request: pytest.FixtureRequest,
) -> Iterator[tuple[Character, GatewayAdapter, GatewayConnection]]:
    """A character, and what the adapter of its name says of itself."""
    adapter = adapter_of(request.param)
    settings = {each.suffix: each.default for each in adapter.settings if each.default is not None}
    around = Surroundings(clock=ManualClock(NOON), timeout_s=1.0, allow_test_payments=True)
    connection = adapter.connect(settings | SETTINGS[adapter.name], around)
    yield CHARACTERS[adapter.name], adapter, connection
    asyncio.run(closed(connection))


async def closed(connection: GatewayConnection) -> None:
    await connection.close()


def test_each_built_in_gateway_has_a_character_and_so_has_one_of_others() -> None:
    assert CHARACTERS.keys() == {*_BUILT_IN, BANK_TRANSFER.name}
    assert SETTINGS.keys() == TELLINGS.keys() == set(_BUILT_IN)


def test_a_character_can_what_the_connection_offers(
    declared: tuple[Character, GatewayAdapter, GatewayConnection],
) -> None:
    character, adapter, connection = declared

    assert (
        character.lists is not None,
        character.searches is not None,
        character.refunds is not None,
        character.approval is not None,
        character.asks_to_confirm,
    ) == (
        connection.listing is not None,
        connection.search is not None,
        connection.refunds is not None,
        connection.approval is not None,
        connection.confirm is not None,
    )
    needs_token = character.approval is not None and character.approval.needs_token
    assert needs_token == (adapter.completion.approval_token is not None)
    assert character.page_may_omit_order == (not adapter.completion.needs_order_id)


def test_a_character_can_what_the_contract_tries(
    declared: tuple[Character, GatewayAdapter, GatewayConnection],
) -> None:
    character, _, _ = declared
    can = STANDS[STANDS_OF[character.name]].can

    assert character.issues_accounts == (Can.ISSUE_ACCOUNTS in can)
    assert (character.lists is Lists.LATEST) == (Can.LIST_LATEST in can)
    approval = character.approval
    assert (approval is not None and approval.tells_allowed) == (Can.TELL_ALLOWED in can)


def test_webhooks_are_told_as_the_adapter_reads_them(
    declared: tuple[Character, GatewayAdapter, GatewayConnection],
) -> None:
    character, adapter, connection = declared
    webhooks, telling = character.webhooks, TELLINGS[character.name]

    def read(changes: Fields | None) -> WebhookClaim:
        body = json.dumps({**adapter.webhook_sample.fields, **(changes or {})}).encode()
        claim = connection.webhooks.read(telling.headers(body), body)
        assert claim is not None
        return claim

    usual = read(None)

    assert (usual.delivery_id is not None) == webhooks.have_ids
    assert [names_of(usual), names_of(read(telling.deposit)), names_of(read(telling.refund))] == [
        webhooks.names,
        webhooks.of_deposits,
        webhooks.of_refunds,
    ]


def test_a_character_signs_where_the_adapter_wants_a_signature(
    declared: tuple[Character, GatewayAdapter, GatewayConnection],
) -> None:
    character, adapter, connection = declared
    body = json.dumps(adapter.webhook_sample.fields).encode()

    try:
        connection.webhooks.read(plain(body), body)
        is_refused = False
    except WebhookNotAuthentic:
        is_refused = True

    assert is_refused == character.webhooks.are_signed


def test_the_last_question_names_the_order_where_the_adapter_finds_it(
    declared: tuple[Character, GatewayAdapter, GatewayConnection],
) -> None:
    character, adapter, connection = declared
    if connection.confirm is None:
        assert character.hook_names_order
        return
    body = json.dumps(adapter.confirm_sample.fields).encode()

    claim = connection.confirm.read(TELLINGS[character.name].headers(body), body)

    assert (claim.order_id is not None) == character.hook_names_order


def test_any_draws_each_of_them_and_the_same_for_a_seed() -> None:
    drawn = [character_of(seed, ANY) for seed in range(60)]

    assert {each.name for each in drawn} == CHARACTERS.keys()
    assert drawn == [character_of(seed, ANY) for seed in range(60)]


def names_of(claim: WebhookClaim) -> Names:
    if claim.payment_id is None:
        return Names.ORDER
    return Names.PAYMENT if claim.order_id is None else Names.BOTH
