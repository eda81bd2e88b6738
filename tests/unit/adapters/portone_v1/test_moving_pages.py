"""The sandbox's own payments have news while its pages are turned, over a socket."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.outbound.http_client import HttpClient
from adapters.portone_v1.connection import connect
from sandbox.portone_v1 import RunningSandbox, SandboxControl
from tests.unit.adapters.portone_v1.conftest import PATIENT_S

COUNT = 7_500


@pytest.mark.parametrize("seed", range(5))
async def test_whoever_has_no_news_is_listed(
    client: HttpClient, sandbox: RunningSandbox, control: SandboxControl, seed: int
) -> None:
    now = await control.now()
    await control.generate_payments(COUNT, since=now - 3600, until=now - 60)
    until = datetime.fromtimestamp(now - 60, UTC)
    listing = connect(
        client,
        api_key=sandbox.api_key,
        api_secret=sandbox.api_secret,
        clock=ManualClock(until),
        base_url=sandbox.base_url,
        long_timeout_s=PATIENT_S,
    ).listing
    assert listing is not None

    async def listed() -> set[str]:
        return {
            payment.key.payment_id
            async for page in listing.pages(until - timedelta(hours=1), until)
            for payment in page.payments
        }

    await control.fault("news", path="/payments/status", times=None, n=400, seed=seed)
    shown = await listed()
    await control.clear_faults()
    stayed = await listed()

    assert 0 < len(stayed) < COUNT - 2000
    assert stayed <= shown
