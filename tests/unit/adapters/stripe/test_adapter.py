"""How Stripe is chosen in the settings: what it needs, and what it does not take."""

import pytest

from adapters.memory.clock import ManualClock
from adapters.stripe.adapter import ADAPTER, read_secrets
from domain.errors import InvalidValue
from ports.gateway_adapter import Surroundings
from ports.gateway_connection import GatewayConnection
from tests.support.factories import NOON

SETTINGS = {
    "API_KEY": "sk_sandbox",
    "WEBHOOK_SECRETS": "whsec_sandbox",
    "BASE_URL": "https://api.stripe.com",
}
CHECKS = {each.suffix: each.check for each in ADAPTER.settings}


def connected(*, allow_test_payments: bool = False, **settings: str) -> GatewayConnection:
    around = Surroundings(
        clock=ManualClock(NOON), timeout_s=5, allow_test_payments=allow_test_payments
    )
    return ADAPTER.connect(SETTINGS | settings, around)


async def test_it_has_what_it_can_and_nothing_else() -> None:
    connection = connected(ACCOUNT="acct_ours")

    assert connection.name == ADAPTER.name == "stripe"
    assert connection.merchant_account == "acct_ours"
    assert None not in (connection.listing, connection.refunds, connection.approval)
    assert [connection.search, connection.amounts, connection.confirm] == [None] * 3
    assert connection.payments.is_payment_id(ADAPTER.nobodys_payment_id)
    await connection.close()


def test_the_buyers_page_has_to_name_the_order() -> None:
    completion = ADAPTER.completion

    assert (completion.payment_id, completion.order_id) == ("payment_intent", "order_id")
    assert completion.needs_order_id
    assert completion.approval_token is None


@pytest.mark.parametrize("key", ["sk_test_51H8vD2", "rk_test_51H8vD2"])
async def test_a_key_of_test_mode_is_for_test_mode_only(key: str) -> None:
    with pytest.raises(InvalidValue, match="test mode") as error:
        connected(API_KEY=key)

    assert error.value.field == "api_key"
    assert key not in str(error.value)
    await connected(API_KEY=key, allow_test_payments=True).close()


@pytest.mark.parametrize(
    ("suffix", "good", "bad"),
    [
        ("API_KEY", "rk_live_1234", "pk_live_1234"),
        ("API_KEY", "sk_1234", "sk_1234\r\nX: y"),
        ("API_KEY", "sk_" + "x" * 250, "sk_" + "x" * 251),
        ("ACCOUNT", "acct_1ab", "1ab"),
        ("ACCOUNT", "acct_1ab", "acct_1ab\n"),
        ("WEBHOOK_SECRETS", "whsec_abcd", "sk_live_1234"),
        ("WEBHOOK_SECRETS", "whsec_abcd,whsec_efgh", "whsec_abcd,"),
        ("WEBHOOK_SECRETS", "whsec_ab/+=", "whsec_ab cd"),
    ],
)
def test_what_cannot_be_is_refused_and_never_shown(suffix: str, good: str, bad: str) -> None:
    CHECKS[suffix](good)

    with pytest.raises(InvalidValue) as error:
        CHECKS[suffix](bad)

    assert error.value.field == suffix.lower()
    assert bad.strip() not in str(error.value)


def test_several_secrets_are_valid_at_once() -> None:
    assert read_secrets("whsec_old1, whsec_new1") == ["whsec_old1", "whsec_new1"]
