"""The composition root: every part builds, each once, and nothing opens before it is asked for."""

import socket
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from dependency_injector import errors, providers
from hypothesis import given, reject
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock
from adapters.memory.payment_gateway import MemoryPaymentGateway
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.webhook import PortOneV1Webhook
from adapters.sqlite.database import SqliteDatabase
from domain.payment import Mode
from entrypoints.container import Container, open_container, open_gateways
from entrypoints.settings import Settings, SettingsError, load_settings
from ports.errors import RepositoryUnavailable
from ports.gateway_connection import GatewayConnection
from tests.support.factories import NOON

NAMES = sorted(Container.providers)


def settings_in(folder: Path, **more: str) -> Settings:
    usual = {
        "PAYPROOF_DATABASE_URL": f"sqlite:///{folder}/payproof.db",
        "PAYPROOF_PORTONE_V1_API_KEY": "key",
        "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
        "PAYPROOF_MERCHANT_WEBHOOK_URL": "http://127.0.0.1:1/events",
        "PAYPROOF_MERCHANT_WEBHOOK_SECRET": "whsec_" + "A" * 32,
        "PAYPROOF_CONSOLE_PASSWORD": "a password of the console",
        "PAYPROOF_NOTIFIER": "solapi",
        "PAYPROOF_SOLAPI_API_KEY": "key",
        "PAYPROOF_SOLAPI_API_SECRET": "secret",
        "PAYPROOF_SOLAPI_SENDER": "0212345678",
    }
    return load_settings(usual | more)


def container_in(folder: Path, **more: str) -> Container:
    return Container(settings=providers.Object(settings_in(folder, **more)))


def connections_of_its_own(container: Container) -> HttpClient:
    """What the gateway is asked through; only its adapter knows it."""
    client: HttpClient = container.connections()["portone-v1"].close.__self__  # type: ignore[attr-defined]
    return client


@pytest.mark.parametrize("name", NAMES)
async def test_every_part_builds_and_builds_once(tmp_path: Path, name: str) -> None:
    container = container_in(tmp_path)

    async with container.notifier_client(), container.shop_client():
        part = getattr(container, name)()

        assert part is not None
        assert getattr(container, name)() is part


async def test_nothing_is_opened_before_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("something was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(sqlite3, "connect", refuse)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    container = container_in(tmp_path)

    async with container.notifier_client(), container.shop_client():
        for name in NAMES:
            getattr(container, name)()

    assert not (tmp_path / "payproof.db").exists()


async def test_an_open_container_has_its_database_and_closes_all_at_the_end(
    tmp_path: Path,
) -> None:
    async with open_container(settings_in(tmp_path)) as container:
        await container.orders().ping()
        gateway = connections_of_its_own(container)
        others = {container.notifier_client(), container.shop_client()}

    assert (tmp_path / "payproof.db").exists()
    # A shop that hangs must hold no connection that another needs.
    assert len(others) == 2
    assert gateway.is_closed
    assert all(client.is_closed for client in others)
    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await container.orders().ping()


async def test_no_client_is_made_for_whoever_is_not_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise AssertionError("certificates were read")

    monkeypatch.setattr(httpx, "create_ssl_context", refuse)
    settings = replace(settings_in(tmp_path), solapi=None, merchant_webhook=None)

    async with open_container(settings) as container:
        assert container.shop_channel() is None
        assert container.buyer_notifier() is container.notifier()


async def test_what_fails_inside_is_closed_as_well(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_container(settings_in(tmp_path)) as container:
            raise ZeroDivisionError

    assert connections_of_its_own(container).is_closed
    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await container.orders().ping()


async def test_a_database_that_cannot_be_used_is_a_wrong_setting(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, PAYPROOF_DATABASE_URL=f"sqlite:///{tmp_path}")

    with pytest.raises(SettingsError, match=r"^PAYPROOF_DATABASE_URL cannot be used: "):
        async with open_container(settings):
            raise AssertionError("it cannot be open")


async def test_the_gateway_alone_needs_no_database(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, PAYPROOF_DATABASE_URL=f"sqlite:///{tmp_path}")

    async with open_gateways(settings) as gateways:
        assert [each.name for each in gateways.values()] == ["portone-v1"]


async def test_any_part_can_be_replaced_and_all_who_need_it_get_the_other(tmp_path: Path) -> None:
    container = container_in(tmp_path)
    gateway, clock = MemoryPaymentGateway("elsewhere"), ManualClock(NOON)
    connection = GatewayConnection(
        payments=gateway, webhooks=PortOneV1Webhook(), merchant_account="shop-7"
    )

    container.connections.override(providers.Object({"elsewhere": connection}))
    container.clock.override(providers.Object(clock))

    assert container.gateways() == {"elsewhere": gateway}
    assert container.policy().merchant_accounts == {"elsewhere": "shop-7"}
    assert container.verify_payment()._gateways == {"elsewhere": gateway}
    assert container.run_tasks()._clock is clock


def test_two_containers_share_nothing(tmp_path: Path) -> None:
    one, two = container_in(tmp_path), container_in(tmp_path)

    assert isinstance(one.database(), SqliteDatabase)
    assert one.database() is not two.database()


@pytest.mark.parametrize(("word", "mode"), [("live", Mode.LIVE), ("test", Mode.TEST)])
def test_the_mode_reaches_the_policy(tmp_path: Path, word: str, mode: Mode) -> None:
    assert container_in(tmp_path, PAYPROOF_MODE=word).policy().mode is mode


def test_without_the_worker_inside_nobody_is_watched(tmp_path: Path) -> None:
    inline = container_in(tmp_path, PAYPROOF_WORKER="inline")
    outside = container_in(tmp_path, PAYPROOF_WORKER="off")

    assert inline.use_cases().worker is inline.run_tasks()
    assert outside.use_cases().worker is None


def test_settings_are_wanted_of_their_own_type() -> None:
    with pytest.raises(errors.Error, match="Settings"):
        Container(settings=providers.Object("settings")).policy()


@given(host=st.from_regex(r"[a-z0-9.:\[\]-]{1,20}", fullmatch=True))
def test_the_gateway_takes_every_address_that_the_settings_let_pass(host: str) -> None:
    try:
        settings = settings_in(Path(), PAYPROOF_PORTONE_V1_BASE_URL=f"https://{host}")
    except SettingsError:
        reject()

    Container(settings=providers.Object(settings)).connections()
