"""A shop that tests, has pages of its own, and runs its worker as a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.portone_v1 import RunningSandbox
from tests.support.service import running, settings_for
from tests.support.storefront import Storefront, open_sandbox, serving, until

SUCCESS_URL = "https://shop.example/thanks?from=payproof"
FAILURE_URL = "https://shop.example/sorry"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
async def scene(folder: Path) -> AsyncIterator[tuple[Storefront, RunningSandbox]]:
    async with (
        open_sandbox() as (place, control),
        serving(
            place,
            control,
            folder / "payproof.db",
            MODE="test",
            SUCCESS_URL=SUCCESS_URL,
            FAILURE_URL=FAILURE_URL,
            WORKER="off",
        ) as storefront,
    ):
        yield storefront, place


@pytest.fixture(scope="module")
async def storefront(scene: tuple[Storefront, RunningSandbox]) -> Storefront:
    return scene[0]


async def test_in_test_mode_payments_of_both_channels_count(storefront: Storefront) -> None:
    for is_test in (True, False):
        order_id = await storefront.order()
        imp_uid = await storefront.payment(order_id, sandbox=is_test)

        answer = await storefront.complete(imp_uid, order_id)

        assert answer.json()["status"] == "success"


async def test_a_phone_is_sent_to_the_shops_page_that_suits_the_verdict(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    paid = await storefront.payment(order_id)
    forged = await storefront.payment(order_id, 1)
    awaited = await storefront.payment(order_id, status="ready")

    def target(location: str) -> tuple[str, dict[str, list[str]]]:
        return location.partition("?")[0], parse_qs(urlsplit(location).query)

    open_yet = await storefront.arrive(awaited, order_id)
    good = await storefront.arrive(paid, order_id, imp_success="false")
    bad = await storefront.arrive(forged, order_id, imp_success="true")

    assert [open_yet.status_code, good.status_code, bad.status_code] == [303, 303, 303]
    assert target(good.headers["location"]) == (
        "https://shop.example/thanks",
        {"from": ["payproof"], "order_id": [order_id], "status": ["success"]},
    )
    assert target(open_yet.headers["location"])[1]["status"] == ["pending"]
    assert target(bad.headers["location"]) == (
        "https://shop.example/sorry",
        {"order_id": [order_id], "status": ["forgery"]},
    )


async def test_the_service_is_ready_without_a_worker_inside(storefront: Storefront) -> None:
    answer = await storefront.http.get("/health/ready")

    assert (answer.status_code, answer.json()["worker"]) == (200, "off")


async def test_the_worker_in_its_own_process_runs_the_tasks(
    scene: tuple[Storefront, RunningSandbox], folder: Path
) -> None:
    storefront, place = scene
    order_id = await storefront.order()
    account = await storefront.payment(order_id, pay_method="vbank", status="ready")
    late_id = await storefront.order()
    late = await storefront.payment(late_id)
    await storefront.complete(account, order_id)
    await storefront.control.fault("status", path=f"/payments/{late}", times=4)
    outage = await storefront.complete(late, late_id)
    settings = settings_for(place, folder / "payproof.db", MODE="test", WORKER="off")

    async with running(
        "worker", settings=settings, secrets=storefront.secrets, folder=folder
    ) as worker:
        await until(lambda: any(f"/{order_id}/" in line for line in worker.printed))
        await storefront.status_becomes(late_id, "paid")

    assert outage.status_code == 503
    assert not any(f"/{order_id}/" in line for line in storefront.service.printed)
