"""Two services and a worker on one database: whatever the traffic, all ends as the model says.

`make crowd` plays ten thousand orders in the same way.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.record_shelves import shelves
from domain.order import OrderStatus
from domain.tasks import TaskKind
from ports.stored_task import StoredTask
from tests.contract.evolution import next_version
from tests.crowd.judge import differences
from tests.crowd.run import play
from tests.crowd.stories import STORIES, Ending
from tests.support.factories import a_payment, a_task, an_order

ORDERS = 120
ENDING = Ending(order_id="order-0001", status="paid", payments=("paid",), verdicts=("paid",))
SMS = "SMS to 010-****-5678 (tellBuyerAccount/order-0001/portone-v1/imp_1/6bb35f)"


@pytest.mark.parametrize("store", ["sqlite", "mongodb"])
async def test_all_ends_as_the_model_says(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    on_mongodb = store == "mongodb"
    url = request.getfixturevalue("mongodb_url") if on_mongodb else f"sqlite:///{tmp_path}/shop.db"

    report = await play(ORDERS, 7, url, tmp_path, lambda _: None)

    assert report.differences == []
    assert set(report.stories) == {story.__name__ for story, _ in STORIES}
    # All that the traffic may be answered with; 503, or a line
    # that is closed, where the machine is busy elsewhere.
    assert set(report.answers) <= {0, 200, 201, 202, 400, 402, 409, 429, 503}


async def store_of_one(folder: Path) -> str:
    """A file with one paid order."""
    database = SqliteDatabase(folder / "judged.db")
    await database.open()
    order = next_version(an_order(), a_payment(), status=OrderStatus.PAID)
    await shelves(database)["orders"].put([order])
    await database.close()
    return f"sqlite:///{folder}/judged.db"


@pytest.mark.parametrize(
    ("endings", "printed", "words"),
    [
        ([ENDING], [], []),
        ([], [], ["order-0001 is nobody's"]),
        ([ENDING, replace(ENDING, order_id="gone")], [], ["gone is lost"]),
        ([replace(ENDING, status="pending")], [], ["instead of"]),
        ([replace(ENDING, verdicts=("paid", "surplus"))], [], ["instead of"]),
        ([replace(ENDING, told=("tellBuyerAccount",))], [], ["told {}, not"]),
        ([replace(ENDING, told=("tellBuyerAccount",))], [SMS], []),
        ([replace(ENDING, told=("tellBuyerAccount",))], [SMS, SMS], ["{'tellBuyerAccount': 2}"]),
    ],
    ids=["right", "unasked", "lost", "status", "verdicts", "untold", "told", "told twice"],
)
async def test_the_judge_sees(
    tmp_path: Path, endings: list[Ending], printed: list[str], words: list[str]
) -> None:
    url = await store_of_one(tmp_path)

    found = await differences(url, endings, printed)

    assert len(found) == len(words)
    assert all(word in line for word, line in zip(words, found, strict=True))


async def test_the_judge_sees_what_is_left_to_do_and_a_history_with_holes(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "judged.db")
    await database.open()
    order = next_version(next_version(an_order(), a_payment()))
    holed = replace(order, history=order.history[1:])
    later = StoredTask.waiting(a_task(kind=TaskKind.DEPOSIT_DEADLINE))
    await shelves(database)["orders"].put([holed])
    await shelves(database)["tasks"].put([StoredTask.waiting(a_task()), later])
    await database.close()

    found = await differences(f"sqlite:///{tmp_path}/judged.db", [ENDING], [])

    assert [line for line in found if "the versions have gaps" in line]
    assert [line for line in found if "the chain is broken" in line]
    assert [line for line in found if line.startswith("recheck/")]
    assert not [line for line in found if line.startswith("depositDeadline/")]
