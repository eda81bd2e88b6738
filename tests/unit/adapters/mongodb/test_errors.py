"""The driver's errors, by the table."""

import pytest
from bson.errors import InvalidBSON
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
    WTimeoutError,
)

from adapters.mongodb.errors import unavailable
from ports.errors import RepositoryRefused

SECRET = "mongodb://shop:hunter2@db.example.test"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServerSelectionTimeoutError(SECRET), "databaseUnreachable"),
        (NotPrimaryError(SECRET), "databaseWithoutPrimary"),
        (NetworkTimeout(SECRET), "databaseTimeout"),
        (AutoReconnect(SECRET), "databaseConnectionLost"),
        (WaitQueueTimeoutError(SECRET), "databasePoolExhausted"),
        (ExecutionTimeout(SECRET), "databaseTimeout"),
        (WTimeoutError(SECRET, 64), "databaseNotReplicated"),
        (OperationFailure(SECRET, 18), "databaseUnauthorised"),
        (OperationFailure(SECRET, 13), "databaseUnauthorised"),
        (OperationFailure(SECRET, 96), "databaseRefused"),
        (DocumentTooLarge(SECRET), "documentTooLarge"),
        (InvalidBSON(SECRET), "documentUnreadable"),
        (PyMongoError(SECRET), "databaseError"),
    ],
)
def test_each_error_has_its_word_and_none_of_its_text(error: Exception, code: str) -> None:
    translated = unavailable(error)

    assert translated.code == code
    assert str(translated) == code


@pytest.mark.parametrize(("number", "is_refused"), [(13, True), (18, True), (96, False)])
def test_refused_credentials_are_told_apart_from_a_database_that_is_away(
    number: int, is_refused: bool
) -> None:
    assert (
        isinstance(unavailable(OperationFailure(SECRET, number)), RepositoryRefused) is is_refused
    )
