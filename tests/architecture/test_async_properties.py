"""Properties of async code are given all their values before they run.

What draws as it runs ends by an exception that anyio lets end the task in which all async tests of
a worker run, if an earlier test's fixtures still live: then every test after it fails.
"""

import ast

from tests.architecture.house import ROOT, modules


def drawing(source: str) -> list[str]:
    """The async functions whose decorators have them draw."""
    if "st.data()" not in source:
        return []
    return [
        each.name
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.AsyncFunctionDef)
        and any("st.data()" in ast.unparse(decorator) for decorator in each.decorator_list)
    ]


def test_no_async_test_draws_as_it_runs() -> None:
    found = {str(path): drawing((ROOT / path).read_text("utf-8")) for path in modules("tests")}

    assert len(found) > 1
    assert {path: names for path, names in found.items() if names} == {}


def test_one_that_draws_is_seen() -> None:
    assert drawing("@given(data=st.data())\nasync def test_it(data): ...") == ["test_it"]
