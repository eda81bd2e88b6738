"""The commands on MongoDB: nothing that a user sees depends on the store."""

from pathlib import Path
from urllib.parse import urlsplit

from entrypoints.cli.demo.story import ACTS
from tests.support.commands import RunCommand, payproof
from tests.support.mongodb_proxy import mongodb_proxy
from tests.support.mongodb_server import MongoServer, admin_client, database_name
from tests.support.storefront import Storefront, open_sandbox, serving, until

__all__ = ["payproof"]


def test_the_demo_tells_the_same_story(
    payproof: RunCommand, mongodb_url: str, mongodb_server: MongoServer
) -> None:
    ended = payproof("demo", DATABASE_URL=mongodb_url)

    assert (ended.exit_code, ended.err) == (0, ""), ended.out
    assert ended.out.count("✓") == len(ACTS)
    assert "SMS to 010-****-5678" in ended.out
    with admin_client(mongodb_server) as client:
        orders = client[database_name(mongodb_url)]["orders"]
        assert orders.count_documents({"status": "paid"}) >= 4


async def test_a_database_that_is_away_is_said_and_come_back_to(
    mongodb_url: str, tmp_path: Path
) -> None:
    parts = urlsplit(mongodb_url)
    assert parts.hostname is not None
    async with (
        mongodb_proxy(parts.hostname, parts.port or 27017) as proxy,
        open_sandbox() as (place, control),
    ):
        url = parts._replace(
            netloc=proxy.address, query="directConnection=true&serverMonitoringMode=poll"
        ).geturl()
        database = tmp_path / "unused.db"
        async with serving(place, control, database, DATABASE_URL=url, WORKER="off") as storefront:
            order_id = await storefront.order()
            imp_uid = await storefront.payment(order_id)
            before = await storefront.http.get("/health/ready")

            proxy.cut_off = True
            away = [
                await storefront.http.get("/health/ready"),
                await storefront.complete(imp_uid, order_id),
            ]
            proxy.cut_off = False
            await until(lambda: _is_ready(storefront))
            back = await storefront.complete(imp_uid, order_id)
            story = await storefront.story(order_id)

    assert before.status_code == 200
    assert [answer.status_code for answer in away] == [503, 503]
    assert away[1].json()["status"] == "databaseUnavailable"
    assert "Retry-After" in away[1].headers
    assert back.json()["status"] == "success"
    # Nothing was half-written meanwhile: one verdict, by whoever came afterwards.
    assert story == ("paid", [("browser", "success")])


async def _is_ready(storefront: Storefront) -> bool:
    return (await storefront.http.get("/health/ready")).status_code == 200
