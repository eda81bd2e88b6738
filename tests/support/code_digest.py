"""Names the code that a long run is of, so that no run is gone on with by other code."""

from hashlib import sha256
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def digest_of(*folders: str) -> str:
    """A short name of all modules in these folders of the project, as they are now."""
    digest = sha256()
    for folder in folders:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
