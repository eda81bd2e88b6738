"""Hypothesis strategies for what a vendor may send instead of what it should."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st


def json_values(words: Sequence[str], *, amount: int) -> st.SearchStrategy[Any]:
    """Whatever JSON can hold, often one of a vendor's words or a number near an amount."""
    odd_numbers = [0, 1, -1, 10**15, 10**16, 2**63, 10**400, 1e300]
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=50)
        | st.sampled_from(words)
        | st.sampled_from([amount - 1, amount, amount + 1, *odd_numbers])
    )
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=5,
    )


def change_some(
    draw: st.DrawFn,
    fields: dict[str, Any],
    values: st.SearchStrategy[Any],
    *,
    that_count: Sequence[str],
) -> None:
    """Remove some fields, replace some and add some new, those that count more often."""
    names = st.sampled_from(that_count) | st.sampled_from(sorted(fields)) | st.text(max_size=5)
    for name in draw(st.lists(names, max_size=4)):
        if draw(st.booleans()):
            fields[name] = draw(values)
        else:
            fields.pop(name, None)


@st.composite
def flipped(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """Draw a body of which up to three bytes are others."""
    body = bytearray(draw(bodies))
    for _ in range(draw(st.integers(1, 3))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(body)
