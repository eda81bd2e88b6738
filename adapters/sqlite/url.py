"""Which file a `sqlite:///…` address means."""

from pathlib import Path

from adapters.sqlite.errors import DatabaseUnusable

_PREFIX = "sqlite:///"


def path_of(url: str) -> Path:
    """The file of `sqlite:///relative.db` or `sqlite:////absolute/path.db`."""
    path = url.removeprefix(_PREFIX)
    # Options have no meaning here; as part of the name they would make a file nobody wanted.
    if path in ("", url) or "?" in path or "#" in path:
        # The address is not repeated: it may be another database's, with a password in it.
        raise DatabaseUnusable(
            "the database address",
            "must be like sqlite:///payproof.db or sqlite:////var/payproof.db",
        )
    return Path(path)
