"""How people are told: buyers as the settings say, the operator always on the console."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from dependency_injector import providers

from adapters.memory.notifier import MemoryNotifier
from adapters.system.clock import SystemClock
from domain.payment import PaymentStatus
from domain.tasks import AlertReason, alert
from entrypoints.container import Container
from entrypoints.settings import load_settings
from ports.notifier import AccountNotice, OperatorAlert
from tests.support.factories import ORDER_ID, a_key, a_payment, an_account
from tests.support.shop import Shop, a_knock
from tests.support.solapi import Solapi, solapi_running


@pytest.fixture
async def solapi() -> AsyncIterator[Solapi]:
    async with solapi_running() as running:
        yield running


async def work(solapi: Solapi, notifier: str) -> list[type]:
    """Let the service tell a buyer and the operator, and give what its console got."""
    now = SystemClock().now()
    shop, console = Shop(), MemoryNotifier()
    shop.clock.jump_to(now)
    shop.keep()
    account = an_account(due_at=now + timedelta(days=2))
    shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=account))
    await shop.verify_payment(a_knock())
    await shop.queue.put(alert(ORDER_ID, a_key(), AlertReason.SURPLUS, now))
    settings = load_settings(
        {
            "PAYPROOF_PORTONE_V1_API_KEY": "key",
            "PAYPROOF_PORTONE_V1_API_SECRET": "secret",
            "PAYPROOF_NOTIFIER": notifier,
            "PAYPROOF_SOLAPI_API_KEY": solapi.running.api_key,
            "PAYPROOF_SOLAPI_API_SECRET": solapi.running.api_secret,
            "PAYPROOF_SOLAPI_SENDER": solapi.running.sender,
            "PAYPROOF_SOLAPI_BASE_URL": solapi.running.base_url,
        }
    )
    container = Container(settings=providers.Object(settings))
    container.orders.override(providers.Object(shop.orders))
    container.tasks.override(providers.Object(shop.queue))
    container.notifier.override(providers.Object(console))
    async with container.notifier_client():
        await container.run_tasks().run_due()
    assert shop.states() == ["done", "waiting", "done"]
    return [type(notice) for notice in console.accepted]


async def test_by_default_all_is_printed(solapi: Solapi) -> None:
    printed = await work(solapi, "console")

    assert sorted(printed, key=str) == [AccountNotice, OperatorAlert]
    assert solapi.sandbox.calls.total() == 0


async def test_with_solapi_the_operators_alerts_are_still_printed(solapi: Solapi) -> None:
    printed = await work(solapi, "solapi")

    assert printed == [OperatorAlert]
    assert len(solapi.texts) == 1
