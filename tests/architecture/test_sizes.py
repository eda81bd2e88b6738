"""A module fits on a screen or two; one that grows past that has two reasons to exist."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, WHEEL_PACKAGES, modules

CORE_LINES = 150
OTHER_LINES = 300
FUNCTION_LINES = 70


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("package", WHEEL_PACKAGES)
def test_modules_are_short(package: str) -> None:
    limit = CORE_LINES if package in {"domain", "ports"} else OTHER_LINES
    lines = {str(path): len(read(path).splitlines()) for path in modules(package)}

    assert {path: count for path, count in lines.items() if count > limit} == {}


@pytest.mark.parametrize("package", WHEEL_PACKAGES)
def test_functions_are_short(package: str) -> None:
    found = {str(path): list(long_functions(read(path))) for path in modules(package)}

    assert {path: functions for path, functions in found.items() if functions} == {}


def test_a_long_function_is_seen() -> None:
    body = "\n".join(["    pass"] * FUNCTION_LINES)

    assert list(long_functions(f"async def story() -> None:\n{body}"))
    assert not list(long_functions(f"def story() -> None:\n{body[:-9]}"))
