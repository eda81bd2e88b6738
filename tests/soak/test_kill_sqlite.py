"""The processes are killed again and again under traffic, on SQLite."""

from pathlib import Path

from tests.soak.ci import assert_unharmed, storm
from tests.soak.stores import on_sqlite

KILLS = 35


async def test_nothing_is_lost_doubled_or_wrong(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as record:
        tally = await storm(record, tmp_path, seed=1, kills=KILLS)

    assert_unharmed(tally, kills=KILLS)
    assert tally.unmet == []
