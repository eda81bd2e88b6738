"""What the driver raises, as the port's error. Never the driver's own text: it may quote data."""

from bson.errors import BSONError
from pymongo.errors import (
    AutoReconnect,
    DocumentTooLarge,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from ports.errors import RepositoryRefused, RepositoryUnavailable

# After any of these a write may or may not have happened.
DRIVER_ERRORS = (PyMongoError, BSONError)

_BAD_CREDENTIALS = frozenset({13, 18, 8000})

# The first row that fits: from the special to the general.
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (ServerSelectionTimeoutError, "databaseUnreachable"),
    (NotPrimaryError, "databaseWithoutPrimary"),
    (NetworkTimeout, "databaseTimeout"),
    (AutoReconnect, "databaseConnectionLost"),
    (WaitQueueTimeoutError, "databasePoolExhausted"),
    (ExecutionTimeout, "databaseTimeout"),
    (WriteConcernError, "databaseNotReplicated"),
    (OperationFailure, "databaseRefused"),
    (DocumentTooLarge, "documentTooLarge"),
    (BSONError, "documentUnreadable"),
)


def unavailable(error: Exception) -> RepositoryUnavailable:
    """The port's error for one of the driver's. Raise it `from None`: the cause may quote data."""
    if isinstance(error, OperationFailure) and error.code in _BAD_CREDENTIALS:
        return RepositoryRefused("databaseUnauthorised")
    codes = (code for kind, code in _CODES if isinstance(error, kind))
    return RepositoryUnavailable(next(codes, "databaseError"))
