"""The core neither looks at the clock nor rolls dice nor reads anything."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, modules

# What the domain may import. The linter's contract lists what it may not; a
# module that is on neither list is caught here.
PURE_MODULES = {
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "re",
    "types",
    "typing",
}
CLOCK_READERS = {"now", "today", "utcnow", "fromtimestamp"}
IMPURE_BUILTINS = {"__import__", "breakpoint", "eval", "exec", "id", "input", "open", "print"}
OURS = {"domain", "ports", "application"}


def imported_roots(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module.partition(".")[0]
            case _:
                pass


def impure_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_READERS:
                yield f".{name}() in line {node.lineno}"
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
                yield f"{name}() in line {node.lineno}"
            case _:
                pass


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def test_the_domain_imports_nothing_that_could_do_harm() -> None:
    strangers = {
        (str(path), root)
        for path in modules("domain")
        for root in imported_roots(parse(path))
        if root not in PURE_MODULES | {"domain"}
    }

    assert strangers == set()


def test_ports_and_use_cases_import_the_standard_library_and_the_core() -> None:
    strangers = {
        (str(path), root)
        for path in modules("ports", "application")
        for root in imported_roots(parse(path))
        if root not in OURS | sys.stdlib_module_names
    }

    assert strangers == set()


def test_the_domain_calls_no_clock_and_touches_nothing() -> None:
    calls = {str(path): list(impure_calls(parse(path))) for path in modules("domain")}

    assert {path: found for path, found in calls.items() if found} == {}


@pytest.mark.parametrize(
    "offence",
    [
        "datetime.now()",
        "datetime.datetime.now(UTC)",
        "date.today()",
        "datetime.utcnow()",
        "datetime.fromtimestamp(0)",
        "open('file')",
        "print('x')",
        "eval('x')",
        "key = lambda: datetime.now(UTC)",
    ],
)
def test_an_impure_call_is_seen(offence: str) -> None:
    assert list(impure_calls(ast.parse(offence)))


def test_a_domain_with_files_was_looked_at() -> None:
    assert len(modules("domain")) > 1
