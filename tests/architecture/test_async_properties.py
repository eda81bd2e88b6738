"""Properties of async code are given all their values before they run.

What draws as it runs ends by an exception that anyio lets end the task in which all async tests of
a worker run, if an earlier test's fixtures still live: then every test after it fails.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def drawing(source: str) -> list[str]:
    """The async functions whose decorators have them draw."""
    return [
        each.name
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.AsyncFunctionDef)
        and any("st.data()" in ast.unparse(decorator) for decorator in each.decorator_list)
    ]


@pytest.mark.parametrize("folder", sorted(path.name for path in TESTS.iterdir() if path.is_dir()))
def test_no_async_test_draws_as_it_runs(folder: str) -> None:
    found = {
        str(path.relative_to(TESTS)): names
        for path in (TESTS / folder).rglob("*.py")
        if "node_modules" not in path.parts and (names := drawing(path.read_text("utf-8")))
    }

    assert found == {}


def test_one_that_draws_is_seen() -> None:
    assert drawing("@given(data=st.data())\nasync def test_it(data): ...") == ["test_it"]
