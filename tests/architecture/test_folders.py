"""No folder of code escapes the wheel or the import linter."""

from tests.architecture.house import SETTINGS, WHEEL_PACKAGES, files

# Folders of Python that are never shipped, and why they may exist.
NOT_SHIPPED = {
    "benchmarks",  # run from a checkout, beside peers that users do not need
    "docs",  # prose, with small programs
    "examples",  # for readers
    "tests",  # run from a checkout
}


def test_every_folder_of_code_is_shipped_and_linted() -> None:
    folders = {path.parts[0] for path in files() if path.suffix == ".py" and len(path.parts) > 1}

    code = folders - NOT_SHIPPED

    assert code == set(WHEEL_PACKAGES)
    assert code == set(SETTINGS["tool"]["importlinter"]["root_packages"])
    assert code == set(SETTINGS["tool"]["coverage"]["run"]["source_pkgs"])


def test_no_code_lies_beside_the_folders() -> None:
    assert [path for path in files() if path.suffix == ".py" and len(path.parts) == 1] == []


def test_types_are_checked_in_every_folder_of_code() -> None:
    folders = {path.parts[0] for path in files() if path.suffix == ".py"}

    assert folders <= set(SETTINGS["tool"]["mypy"]["files"])


def test_every_folder_of_a_shipped_package_is_a_package() -> None:
    everything = set(files())
    folders = {path.parent for path in everything if path.parts[0] in WHEEL_PACKAGES}
    with_code = {folder for folder in folders if any(folder.glob("*.py"))}

    assert {folder for folder in with_code if folder / "__init__.py" not in everything} == set()
