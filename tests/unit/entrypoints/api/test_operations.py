import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar import Litestar
from structlog.testing import capture_logs

from domain.payment import PaymentStatus
from domain.tasks import TaskKind
from entrypoints.api import health
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from ports.errors import GatewayUnavailable, RepositoryUnavailable
from tests.support.api import (
    BY_SHOP,
    ENGLISH,
    IDS,
    a_shop_with,
    an_app,
    asking,
    client_of,
    use_cases,
)
from tests.support.factories import ORDER_ID, PAYMENT_ID, a_payment, a_task
from tests.support.shop import Shop


async def test_the_process_lives() -> None:
    async with asking(Shop()) as client:
        answer = await client.get("/health/live")

    assert (answer.status_code, answer.json()["status"]) == (200, "live")


async def test_it_lives_while_the_database_does_not() -> None:
    shop = Shop()
    shop.faults.fail_always("ping", RepositoryUnavailable("locked"))

    async with asking(shop) as client:
        answer = await client.get("/health/live")

    assert answer.status_code == 200


async def test_it_is_ready_with_its_database_and_without_a_worker() -> None:
    async with asking(Shop()) as client:
        answer = await client.get("/health/ready", headers=ENGLISH)

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "message": "The service is ready.",
        "database": "ok",
        "worker": "off",
    }


async def test_it_is_not_ready_without_its_database() -> None:
    shop = Shop()
    shop.faults.fail_always("ping", RepositoryUnavailable("locked"))

    async with asking(shop) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (503, "notReady")
    assert answer.json()["database"] == "unavailable"


async def test_a_database_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_call: str) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(health, "PING_TIMEOUT_S", 0.01)

    async with asking(Shop(around=hang)) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["database"]) == (503, "unavailable")


async def test_a_worker_that_was_just_started_is_given_time() -> None:
    shop = Shop()

    async with client_of(an_app(shop, worker=shop.run_tasks)) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["worker"]) == (200, "ok")


async def test_a_worker_that_never_does_its_first_round_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop()
    monkeypatch.setattr(health, "WORKER_SILENCE_S", 0.0)

    async with client_of(an_app(shop, worker=shop.run_tasks)) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["worker"]) == (503, "silent")


@pytest.mark.parametrize(("silent_s", "code", "worker"), [(29, 200, "ok"), (30, 503, "silent")])
async def test_a_worker_that_stops_looking_for_tasks_is_silent(
    silent_s: float, code: int, worker: str
) -> None:
    shop = Shop()
    await shop.run_tasks.run_due()
    shop.clock.advance(silent_s)

    async with client_of(an_app(shop, worker=shop.run_tasks)) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["worker"]) == (code, worker)


async def metrics_of(shop: Shop, *requests: tuple[str, str, dict[str, Any]]) -> list[str]:
    """The exposition's lines after some requests to one application."""
    async with asking(shop) as client:
        for method, path, options in requests:
            await client.request(method, path, **options)
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text.splitlines()


async def test_requests_are_counted_by_route_and_never_by_address() -> None:
    lines = await metrics_of(
        a_shop_with(),
        ("GET", f"/orders/{ORDER_ID}", {"headers": BY_SHOP}),
        ("GET", "/orders/another-order", {"headers": BY_SHOP}),
        ("GET", "/wp-login.php", {}),
        ("BREW", "/orders", {}),
    )

    counted = {line for line in lines if line.startswith("payproof_http_requests_total")}
    begin = "payproof_http_requests_total"
    assert counted == {
        f'{begin}{{method="GET",route="/orders/{{order_id}}",status="200"}} 1.0',
        f'{begin}{{method="GET",route="/orders/{{order_id}}",status="404"}} 1.0',
        f'{begin}{{method="GET",route="none",status="404"}} 1.0',
        f'{begin}{{method="other",route="none",status="405"}} 1.0',
    }
    assert any(line.startswith("payproof_http_request_seconds_bucket") for line in lines)


async def test_verdicts_are_counted_by_who_asked() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))
    shop.gateway_fails(GatewayUnavailable("timeout"))

    lines = await metrics_of(
        shop,
        ("POST", "/payments/complete", {"json": IDS}),
        ("POST", "/payments/complete", {"json": IDS}),
        ("GET", "/payments/redirect", {"params": IDS}),
        ("POST", "/webhooks/portone-v1", {"json": IDS | {"status": "ready"}}),
    )

    begin = "payproof_verdicts_total"
    assert {line for line in lines if line.startswith(begin)} == {
        f'{begin}{{outcome="gatewayUnavailable",trigger="browser"}} 1.0',
        f'{begin}{{outcome="pending",trigger="browser"}} 1.0',
        f'{begin}{{outcome="pending",trigger="redirect"}} 1.0',
        f'{begin}{{outcome="accepted",trigger="webhook"}} 1.0',
    }


async def test_tasks_are_counted_by_kind_and_state() -> None:
    shop = a_shop_with()
    await shop.queue.put(a_task())

    lines = await metrics_of(shop)

    counts = {line for line in lines if line.startswith("payproof_tasks{")}
    assert len(counts) == len(TaskKind) * 3
    assert {line for line in counts if not line.endswith(" 0.0")} == {
        'payproof_tasks{kind="recheck",state="waiting"} 1.0'
    }


async def test_the_longest_due_task_of_each_kind_is_shown_by_its_age() -> None:
    shop = a_shop_with()
    await shop.queue.put(a_task())
    shop.clock.advance(90)

    lines = await metrics_of(shop)

    ages = {line for line in lines if line.startswith("payproof_task_age_seconds{")}
    assert len(ages) == len(TaskKind)
    assert {line for line in ages if not line.endswith(" 0.0")} == {
        'payproof_task_age_seconds{kind="recheck"} 90.0'
    }


async def test_metrics_are_shown_while_the_tasks_cannot_be_counted() -> None:
    shop = Shop()
    async with asking(shop) as client:
        await client.get("/metrics")
        shop.faults.fail_always("depth", RepositoryUnavailable("locked"))
        answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert "payproof_task" not in answer.text.replace("# HELP payproof_task", "").replace(
        "# TYPE payproof_task", ""
    )
    assert 'route="/metrics"' in answer.text


async def test_each_application_counts_for_itself() -> None:
    await metrics_of(a_shop_with(), ("GET", "/health/live", {}))

    lines = await metrics_of(a_shop_with())

    assert not any('route="/health/live"' in line for line in lines)


async def test_each_request_is_one_line_in_the_log_without_anything_private() -> None:
    shop = a_shop_with()
    with capture_logs() as lines:
        async with asking(shop) as client:
            await client.get(f"/orders/{ORDER_ID}?secret=1", headers=BY_SHOP)
            await client.post("/payments/complete", json=IDS)
            await client.get("/customers/customer-1/virtual-accounts")

    assert [(line["event"], line["method"], line["route"], line["status"]) for line in lines] == [
        ("request", "GET", "/orders/{order_id}", 200),
        ("request", "POST", "/payments/complete", 404),
        ("request", "GET", "/customers/{customer_id}/virtual-accounts", 401),
    ]
    assert all(line["duration_ms"] >= 0 for line in lines)
    for private in (ORDER_ID, PAYMENT_ID, "customer-1", "secret", BY_SHOP["Authorization"]):
        assert private not in str(lines)


async def test_the_lifespan_is_entered_and_left() -> None:
    events = []

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        events.append("started")
        yield
        events.append("stopped")

    app = create_app(use_cases(Shop()), ApiSettings(), lifespan)
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "lifespan.startup"})
    inbox.put_nowait({"type": "lifespan.shutdown"})
    outbox = []

    async def send(message: Any) -> None:
        outbox.append(message["type"])

    await app({"type": "lifespan", "app": app, "asgi": {}}, inbox.get, send)  # type: ignore[typeddict-item]

    assert events == ["started", "stopped"]
    assert outbox == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_web_socket_is_closed() -> None:
    app = an_app(Shop())
    scope: Any = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "websocket.connect"})
    outbox = []

    async def send(message: Any) -> None:
        outbox.append(message["type"])

    await app(scope, inbox.get, send)

    assert outbox == ["websocket.close"]
