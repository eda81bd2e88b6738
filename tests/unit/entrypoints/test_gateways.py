"""Which gateways can be chosen, and what is said of packages that offer none."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.memory.clock import ManualClock
from entrypoints.container.gateways import connections_of, policy_of
from entrypoints.gateways import _BUILT_IN, find_adapter, gateway_names
from entrypoints.settings import SettingsError, load_settings
from tests.support.factories import NOON

BANK = """
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.portone_v1.webhook import PortOneV1Webhook
from domain.errors import InvalidValue
from ports.gateway_adapter import AdapterSetting, CompletionFields, GatewayAdapter
from ports.gateway_connection import GatewayConnection

def digits(text):
    if not text.isdigit():
        raise InvalidValue("branch", "must be digits")

def connect(settings, around):
    if settings["BRANCH"] == "13":
        raise InvalidValue("branch", "is closed")
    return GatewayConnection(
        payments=MemoryPaymentGateway("{name}"),
        webhooks=PortOneV1Webhook(),
        merchant_account=settings["BRANCH"],
    )

ADAPTER = GatewayAdapter(
    name="{name}",
    completion=CompletionFields(payment_id="id", order_id="order"),
    connect=connect,
    nobodys_payment_id="none",
    settings=(
        AdapterSetting(suffix="{suffix}", default="7", check=digits),
        AdapterSetting(suffix="NOTE"),
    ),
)
"""
ENOUGH = {"PAYPROOF_PORTONE_V1_API_KEY": "key", "PAYPROOF_PORTONE_V1_API_SECRET": "secret"}
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution that offers a gateway under that name, with that module."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules: list[str] = []

    def install(name: str, source: str) -> None:
        module = f"offers_{name.replace('-', '_')}"
        modules.append(module)
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        entry = f"[payproof.gateways]\n{name} = {module}:ADAPTER\n"
        (info / "entry_points.txt").write_text(entry)

    yield install
    for module in modules:
        sys.modules.pop(module, None)


def a_bank(name: str = "bank", suffix: str = "BRANCH") -> str:
    return BANK.replace("{name}", name).replace("{suffix}", suffix)


@pytest.mark.parametrize("name", _BUILT_IN)
def test_every_built_in_gateway_is_where_its_line_says(name: str) -> None:
    adapter = find_adapter(name)

    assert adapter is not None
    assert adapter.name == name


def test_ours_come_first_and_others_after_them(install: Install) -> None:
    install("a-bank", a_bank("a-bank"))

    assert gateway_names() == [*_BUILT_IN, "a-bank"]
    assert find_adapter("b-bank") is None


def test_a_gateway_of_ours_cannot_be_replaced_from_outside(install: Install) -> None:
    install("portone-v1", "raise ZeroDivisionError")

    adapter = find_adapter("portone-v1")

    assert gateway_names() == list(_BUILT_IN)
    assert adapter is not None
    assert adapter.completion.payment_id == "imp_uid"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ZeroDivisionError('secret')", "cannot be loaded (ZeroDivisionError)"),
        ("import nothing_of_that_name", "cannot be loaded (ModuleNotFoundError)"),
        ("", "cannot be loaded (AttributeError)"),
        ("ADAPTER = 7", "is not a gateway's adapter of that name"),
        (a_bank("another"), "is not a gateway's adapter of that name"),
    ],
)
def test_a_package_that_offers_none_is_one_line(install: Install, source: str, reason: str) -> None:
    install("bank", source)

    with pytest.raises(SettingsError) as caught:
        load_settings({"PAYPROOF_GATEWAY": "bank"})

    assert str(caught.value) == f"PAYPROOF_GATEWAYS names bank, which {reason}"


def test_a_package_that_is_not_chosen_may_be_broken(install: Install) -> None:
    install("bank", "raise ZeroDivisionError")

    with pytest.raises(SettingsError, match="PAYPROOF_BANK_BRANCH is not a setting"):
        load_settings(ENOUGH | {"PAYPROOF_BANK_BRANCH": "7"})


def test_its_settings_have_defaults_and_checks_of_their_own(install: Install) -> None:
    install("bank", a_bank())

    settings = load_settings({"PAYPROOF_GATEWAY": "bank"})

    assert settings.gateways[0].values == {"BRANCH": "7"}
    with pytest.raises(SettingsError, match=r"^PAYPROOF_BANK_BRANCH must be digits$"):
        load_settings({"PAYPROOF_GATEWAY": "bank", "PAYPROOF_BANK_BRANCH": "x"})


def test_what_means_something_else_is_no_setting_of_a_gateway(install: Install) -> None:
    install("portone", a_bank("portone", "V1_API_KEY"))

    with pytest.raises(SettingsError, match="PAYPROOF_PORTONE_V1_API_KEY cannot be a setting of"):
        load_settings(ENOUGH | {"PAYPROOF_GATEWAYS": "portone-v1,portone"})


def test_what_connecting_refuses_is_named_too(install: Install) -> None:
    install("bank", a_bank())
    settings = load_settings({"PAYPROOF_GATEWAY": "bank", "PAYPROOF_BANK_BRANCH": "13"})

    with pytest.raises(SettingsError, match=r"^PAYPROOF_BANK_BRANCH is closed$"):
        connections_of(settings, ManualClock(NOON))


def test_each_gateway_has_an_account_of_its_own(install: Install) -> None:
    install("bank", a_bank())
    settings = load_settings(ENOUGH | {"PAYPROOF_GATEWAYS": "portone-v1,bank"})

    policy = policy_of(settings, connections_of(settings, ManualClock(NOON)))

    assert policy.merchant_accounts == {"bank": "7"}
