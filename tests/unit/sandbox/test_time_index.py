from hypothesis import given
from hypothesis import strategies as st

from sandbox.machinery.time_index import TimeIndex, key_of

TIMES = st.integers(0, 30)
# True adds, False discards; a look settles what was put off.
STEPS = st.lists(
    st.tuples(st.sampled_from(["toggle", "look"]), TIMES, st.integers(0, 5)), max_size=80
)


@given(STEPS, TIMES, TIMES)
def test_it_agrees_with_sorting_everything(
    steps: list[tuple[str, int, int]], since: int, until: int
) -> None:
    index, model = TimeIndex(), set[tuple[int, int]]()

    for step, time, serial in steps:
        if step == "look":
            index.serials(0, time)
        elif (time, serial) in model:
            model.discard((time, serial))
            index.discard(key_of(time, serial))
        else:
            model.add((time, serial))
            index.add(key_of(time, serial))

    expected = [serial for time, serial in sorted(model) if since <= time <= until]
    assert list(index.serials(since, until)) == expected


def test_many_changes_at_once() -> None:
    index = TimeIndex()
    for time in range(1000, 0, -1):
        index.add(key_of(time, time))
    assert list(index.serials(1, 1000)) == list(range(1, 1001))

    for time in range(1, 901):
        index.discard(key_of(time, time))

    assert list(index.serials(0, 2000)) == list(range(901, 1001))


@given(st.sets(TIMES), st.integers(0, 35), st.integers(0, 35), st.booleans())
def test_a_cut_counts_from_either_end(
    times: set[int], start: int, length: int, newest_first: bool
) -> None:
    index = TimeIndex(key_of(time, time) for time in times)

    rows = index.cut(start, start + length, newest_first=newest_first)

    assert list(rows) == sorted(times, reverse=newest_first)[start : start + length]
    assert len(index) == len(times)
