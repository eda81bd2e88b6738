"""What a command says and ends with when something outside kept it from its work: one table."""

from entrypoints.cli.exits import Exit
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RecordCorrupt,
    RepositoryRefused,
    RepositoryUnavailable,
)

_FAILURES: tuple[tuple[type[PortError], Exit, str], ...] = (
    (GatewayRefused, Exit.USAGE, "the gateway refuses our credentials: check key and secret"),
    (GatewayUnavailable, Exit.NOT_KNOWN_YET, "the gateway is out of reach: try again"),
    (GatewayProtocolError, Exit.NOT_KNOWN_YET, "the gateway's answer makes no sense: try again"),
    (RepositoryRefused, Exit.USAGE, "the database refuses our credentials: check its address"),
    (RepositoryUnavailable, Exit.NOT_KNOWN_YET, "the database is out of reach: try again"),
    (RecordCorrupt, Exit.NOT_KNOWN_YET, "the record is damaged, or from another version"),
    (PortError, Exit.NOT_KNOWN_YET, "not known yet: try again"),
)


def explain_failure(error: PortError) -> tuple[Exit, str]:
    """How to end, and one line that says what is wrong and what to do, with nothing private."""
    ending, sentence = next(
        (ending, sentence) for kind, ending, sentence in _FAILURES if isinstance(error, kind)
    )
    return ending, f"{sentence} ({error.code}{_place(error)})"


def _place(error: PortError) -> str:
    if not isinstance(error, RecordCorrupt):
        return ""
    return "".join(f", {part}" for part in (error.order_id, error.field) if part)
