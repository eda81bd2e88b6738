"""What is built is what is here."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.architecture.house import ROOT, WHEEL_PACKAGES, files


def test_the_wheel_ships_every_file_of_every_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")

    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert shipped == {str(path) for path in files() if path.parts[0] in WHEEL_PACKAGES}
    assert {f"{package}/py.typed" for package in WHEEL_PACKAGES} <= shipped
