"""Solapi's stand-in on a socket, and notifiers that send through it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from adapters.solapi.notifier import SolapiNotifier
from adapters.system.clock import SystemClock
from ports.notifier import AccountNotice
from sandbox.solapi import RunningSolapi, SolapiSandbox
from tests.support.factories import ORDER_ID, an_account

PHONE = "010-1234-5678"
DIALLED = "01012345678"
# Much longer than any answer takes, on a machine that is busy elsewhere too.
TIMEOUT_S = 1.5


def a_notice(**changes: Any) -> AccountNotice:
    notice = AccountNotice(
        message_id="message-1",
        phone=PHONE,
        order_id=ORDER_ID,
        account=an_account(),
        text="[가상계좌 입금 안내]\n계좌번호: 56211234567890",
    )
    return replace(notice, **changes)


class Solapi:
    """A sandbox that runs, and a client for whoever asks it."""

    def __init__(self, sandbox: SolapiSandbox, running: RunningSolapi, client: HttpClient) -> None:
        self.sandbox = sandbox
        self.running = running
        self._client = client
        self.notifier = self.a_notifier()

    def a_notifier(self, **changes: Any) -> SolapiNotifier:
        options: dict[str, Any] = {
            "api_key": self.running.api_key,
            "api_secret": self.running.api_secret,
            "sender": self.running.sender,
            "clock": SystemClock(),
            "base_url": self.running.base_url,
            "timeout_s": TIMEOUT_S,
        }
        return SolapiNotifier(self._client, **(options | changes))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.sandbox.messages]


@asynccontextmanager
async def solapi_running(**account: Any) -> AsyncIterator[Solapi]:
    sandbox = SolapiSandbox(**account)
    async with sandbox.serve() as running, build_client() as client:
        yield Solapi(sandbox, running, client)
