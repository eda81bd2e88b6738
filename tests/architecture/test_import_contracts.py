"""Break each import contract once on purpose, in a copy, and see it caught."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.house import CONTRACTS, ROOT, SETTINGS, WHEEL_PACKAGES

BY_ID = {contract["id"]: contract for contract in CONTRACTS}
VERDICT = re.compile(r"^(.+) (KEPT|BROKEN)(?: \(.*\))?$", re.MULTILINE)
ADAPTERS = sorted(init.parent.name for init in (ROOT / "adapters").glob("*/__init__.py"))


# Named here too, so that a contract which has lost its list is noticed.
LIBRARIES = ["bson", "click", "dependency_injector", "httpx", "litestar", "msgspec", "pymongo"]
WORLD = ["http", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "time", "urllib"]

# Contract, the file that offends, and what it must not import.
OFFENCES = [
    ("layers", "domain/offence.py", ["ports"]),
    ("layers", "ports/offence.py", ["application"]),
    ("layers", "ports/offence.py", ["adapters"]),
    ("layers", "application/offence.py", ["adapters"]),
    ("layers", "application/offence.py", ["entrypoints"]),
    ("layers", "adapters/offence.py", ["application"]),
    ("layers", "adapters/offence.py", ["entrypoints"]),
    ("core-without-libraries", "domain/offence.py", LIBRARIES),
    ("core-without-libraries", "ports/offence.py", LIBRARIES),
    ("core-without-libraries", "application/offence.py", LIBRARIES),
    ("pure-domain", "domain/offence.py", [*WORLD, "asyncio", "io", "logging"]),
    ("core-through-ports", "ports/offence.py", WORLD),
    ("core-through-ports", "application/offence.py", WORLD),
    ("one-composition-root", "entrypoints/offence.py", ["adapters"]),
    ("http-adapters", "adapters/sqlite/offence.py", ["aiohttp", "httpx", "yarl"]),
    ("http-adapters", "entrypoints/api/offence.py", ["httpx"]),
    ("database-adapters", "adapters/sqlite/offence.py", ["motor", "pymongo", "bson"]),
    (
        "sandbox-apart",
        "sandbox/offence.py",
        ["domain", "ports", "application", "adapters", "entrypoints"],
    ),
    ("sandbox-from-outside", "adapters/offence.py", ["sandbox"]),
    *(
        ("independent-adapters", f"adapters/{one}/offence.py", [f"adapters.{other}"])
        for one, other in zip(ADAPTERS, [*ADAPTERS[1:], *ADAPTERS[:1]], strict=True)
        if one != other
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in WHEEL_PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(house: Path) -> tuple[set[str], str]:
    """Run the import linter in a folder; answer the broken contracts and what it printed."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=house,
        check=False,
        capture_output=True,
        text=True,
        # Wide, so that no line of the report is wrapped.
        env={**os.environ, "COLUMNS": "500", "NO_COLOR": "1"},
    )
    report = run.stdout + run.stderr
    verdicts = dict(VERDICT.findall(report))
    assert set(verdicts) == {contract["name"] for contract in CONTRACTS}, report
    broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert run.returncode == bool(broken)
    return broken, report


def test_the_house_as_it_stands_keeps_every_contract(copy: Path) -> None:
    broken, report = broken_contracts(copy)

    assert not broken, report


def offence_id(value: object) -> str:
    match value:
        case [str(first)]:
            return first
        case [str(), *_]:
            return "all"
        case _:
            return str(value)


@pytest.mark.parametrize(("contract_id", "file", "imports"), OFFENCES, ids=offence_id)
def test_an_offending_import_is_caught(
    copy: Path, contract_id: str, file: str, imports: Iterable[str]
) -> None:
    offence = copy / file
    offence.write_text("".join(f"import {name}\n" for name in imports), encoding="utf-8")
    offender = file.removesuffix(".py").replace("/", ".")

    broken, report = broken_contracts(copy)

    assert BY_ID[contract_id]["name"] in broken
    for name in imports:
        assert f"{offender} -> {name} (" in report


def test_every_contract_is_broken_once() -> None:
    assert {contract_id for contract_id, _, _ in OFFENCES} == set(BY_ID)


def test_every_library_that_payproof_needs_is_kept_out_of_the_core() -> None:
    needed = {
        requirement.partition(">")[0].lower() for requirement in SETTINGS["project"]["dependencies"]
    }
    imported_as = {
        module
        for module, distributions in packages_distributions().items()
        if needed & {distribution.lower() for distribution in distributions}
        and not module.startswith("_")
    }

    assert len(imported_as) >= len(needed)
    # gridfs comes with pymongo; nothing here keeps files in a database.
    assert imported_as - set(BY_ID["core-without-libraries"]["forbidden_modules"]) <= {"gridfs"}
