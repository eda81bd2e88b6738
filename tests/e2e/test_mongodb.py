"""The commands on MongoDB: nothing that a user sees depends on the store."""

from entrypoints.cli.demo.story import ACTS
from tests.support.commands import RunCommand, payproof
from tests.support.mongodb_server import MongoServer, admin_client, database_name

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
