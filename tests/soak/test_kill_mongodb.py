"""The processes are killed again and again under traffic, on a MongoDB that lives on."""

from pathlib import Path

from tests.soak.ci import assert_unharmed, storm
from tests.soak.records import MongoRecord

KILLS = 15


async def test_nothing_is_lost_doubled_or_wrong(tmp_path: Path, mongodb_url: str) -> None:
    tally = await storm(MongoRecord(mongodb_url), tmp_path, seed=2, kills=KILLS)

    assert_unharmed(tally, kills=KILLS)
