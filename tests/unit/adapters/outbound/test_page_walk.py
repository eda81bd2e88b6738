"""Pages that move while they are turned: nobody who stays is left out, whatever the others do."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.outbound.http_client import TOO_LARGE
from adapters.outbound.page_walk import Page, walk
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.payment_listing import FoundPayments

SIZE = 10  # a power of ten, as the real one
# Before a question is answered: rows that leave, and that enter, each at a place from 0 to 1.
places = st.lists(st.floats(0, 1, exclude_max=True), max_size=4)
moves = st.lists(places, max_size=30)


class MovingList:
    """A vendor's list, sorted; what is in it at first is named by numbers, what enters by "new"."""

    def __init__(
        self,
        count: int,
        *,
        leaving: Iterable[Sequence[float]] = (),
        entering: Iterable[Sequence[float]] = (),
        largest: int = SIZE,
    ) -> None:
        self.rows = [str(number) for number in range(count)]
        self.stayed = set(self.rows)
        self.asked: list[tuple[int, int]] = []
        self._leaving = iter(leaving)
        self._entering = iter(entering)
        self._largest = largest

    async def ask(self, number: int, size: int) -> Page | None:
        self._move()
        self.asked.append((number, size))
        rows = self.rows[(number - 1) * size : number * size]
        if not rows and number > 1:
            return None
        if len(rows) > self._largest:
            raise GatewayProtocolError(TOO_LARGE)
        found = FoundPayments(payments=(), unreadable=rows)
        return Page(found=found, n_rows=len(rows), total=len(self.rows))

    def _move(self) -> None:
        for place in next(self._leaving, ()):
            if self.rows:
                self.stayed.discard(self.rows.pop(int(place * len(self.rows))))
        for place in next(self._entering, ()):
            self.rows.insert(int(place * (len(self.rows) + 1)), "new")


async def shown(moving: MovingList) -> list[str]:
    return [each async for page in walk(moving.ask, page_size=SIZE) for each in page.unreadable]


@given(count=st.integers(0, 120), leaving=moves)
@example(count=30, leaving=[[], [0.0]])
@example(count=21, leaving=[[], [0.0, 0.0]])
async def test_whoever_stays_is_shown_while_others_leave(
    count: int, leaving: list[list[float]]
) -> None:
    moving = MovingList(count, leaving=leaving)

    assert set(await shown(moving)) >= moving.stayed


@given(count=st.integers(0, 120), entering=moves)
@example(count=30, entering=[[], [], [0.0]])
async def test_whoever_stays_is_shown_while_others_enter(
    count: int, entering: list[list[float]]
) -> None:
    moving = MovingList(count, entering=entering)

    assert set(await shown(moving)) >= moving.stayed


@given(count=st.integers(0, 120), leaving=moves, largest=st.integers(1, SIZE))
async def test_whoever_stays_is_shown_by_pages_that_are_too_large(
    count: int, leaving: list[list[float]], largest: int
) -> None:
    moving = MovingList(count, leaving=leaving, largest=largest)

    assert set(await shown(moving)) >= moving.stayed


@given(count=st.integers(0, 60), entering=moves)
async def test_whoever_stays_is_shown_by_too_large_pages_that_others_enter(
    count: int, entering: list[list[float]]
) -> None:
    moving = MovingList(count, entering=entering, largest=1)

    assert set(await shown(moving)) >= moving.stayed


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (0, [1]),
        (1, [1]),
        (10, [1]),
        (11, [1, 2, 1]),
        (20, [1, 2, 1]),
        (21, [1, 3, 2, 1]),
    ],
)
async def test_a_list_that_rests_is_shown_once_in_as_many_questions_as_pages_and_one(
    count: int, asked: list[int]
) -> None:
    moving = MovingList(count)

    rows = await shown(moving)

    assert len(rows) == len(set(rows)) == count
    assert moving.asked == [(number, SIZE) for number in asked]


async def test_pages_that_are_gone_are_empty() -> None:
    moving = MovingList(50, leaving=[[], [0.0] * 35])

    rows = await shown(moving)

    assert set(rows) == moving.stayed
    assert [number for number, _ in moving.asked] == [1, 5, 4, 3, 2, 1]


async def test_a_page_that_is_too_large_is_asked_for_in_parts_from_its_end() -> None:
    moving = MovingList(15, largest=5)

    await shown(moving)

    ones = [(number, 1) for number in range(10, 0, -1)]
    assert moving.asked == [(1, SIZE), (1, 1), (2, SIZE), (1, SIZE), *ones]


async def test_one_payment_that_is_too_large_is_an_error() -> None:
    moving = MovingList(15, largest=0)

    with pytest.raises(GatewayProtocolError) as error:
        await shown(moving)

    assert error.value.code == TOO_LARGE


async def test_another_nonsense_is_not_asked_for_in_parts() -> None:
    asked = []

    async def babble(number: int, size: int) -> Page | None:
        asked.append((number, size))
        raise GatewayProtocolError("page")

    with pytest.raises(GatewayProtocolError):
        await anext(walk(babble, page_size=SIZE))

    assert asked == [(1, SIZE)]


async def test_a_list_that_goes_on_growing_is_given_up() -> None:
    moving = MovingList(30, entering=[[0.0]] * 100_000)

    with pytest.raises(GatewayUnavailable) as error:
        await shown(moving)

    assert error.value.code == "list-grows"
    assert len(moving.asked) < 200


@pytest.mark.parametrize("length", [0, 2, 9, 11])
async def test_pages_cut_in_another_way_than_asked_are_not_believed(length: int) -> None:
    async def short(number: int, size: int) -> Page | None:
        found = FoundPayments(payments=(), unreadable=["x"] * length)
        return Page(found=found, n_rows=length, total=11)

    with pytest.raises(GatewayUnavailable) as error:
        await anext(walk(short, page_size=SIZE))

    assert error.value.code == "page-length"


async def test_rows_that_are_nobody_of_ours_still_count_as_rows() -> None:
    async def strangers(number: int, size: int) -> Page | None:
        return Page(found=FoundPayments(payments=()), n_rows=size, total=2 * size)

    pages = [page async for page in walk(strangers, page_size=SIZE)]

    assert pages == []


async def test_a_list_that_does_not_exist_is_empty() -> None:
    async def none(number: int, size: int) -> Page | None:
        return None

    with suppress(StopAsyncIteration):
        raise AssertionError(await anext(walk(none, page_size=SIZE)))
