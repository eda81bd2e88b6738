"""Read the house: its packages, its settings, its files."""

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL_PACKAGES: list[str] = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CONTRACTS: list[dict[str, Any]] = SETTINGS["tool"]["importlinter"]["contracts"]


def files() -> list[Path]:
    """List what git tracks or would track, relative to the root; deleted files are left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {Path(name) for name in listing.stdout.split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file())


def modules(*packages: str) -> list[Path]:
    """List the Python files of the packages, relative to the root."""
    return [path for path in files() if path.parts[0] in packages and path.suffix == ".py"]
