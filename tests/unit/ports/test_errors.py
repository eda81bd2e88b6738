"""Errors of the ports: the leaves say which port and whose fault; the rest cannot be raised."""

import pytest

from ports import errors
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    NotifierRefused,
    NotifierUnavailable,
    PaymentBoundElsewhere,
    Permanent,
    PortError,
    RecordCorrupt,
    RepositoryRefused,
    RepositoryUnavailable,
    ShopUnavailable,
    Transient,
    WebhookNotAuthentic,
    WebhookRejected,
)

BASES: set[type[PortError]] = {PortError, Transient, Permanent}
TRANSIENT: set[type[PortError]] = {
    GatewayUnavailable,
    RepositoryUnavailable,
    RepositoryRefused,
    NotifierUnavailable,
    ShopUnavailable,
}
PERMANENT: set[type[PortError]] = {
    GatewayRefused,
    GatewayProtocolError,
    NotifierRefused,
    RecordCorrupt,
}
NEITHER: set[type[PortError]] = {
    ConcurrentUpdate,
    PaymentBoundElsewhere,
    WebhookNotAuthentic,
    WebhookRejected,
}


def name(each: type[PortError]) -> str:
    return each.__name__


BASES_BY_NAME = sorted(BASES, key=name)
LEAVES_BY_NAME = sorted(TRANSIENT | PERMANENT | NEITHER, key=name)


def test_the_tree_of_errors_is_as_designed() -> None:
    found = {each for each in vars(errors).values() if isinstance(each, type)}

    assert found == BASES | TRANSIENT | PERMANENT | NEITHER
    assert all(issubclass(each, Transient) for each in TRANSIENT)
    assert all(issubclass(each, Permanent) for each in PERMANENT)
    assert not any(issubclass(each, Transient | Permanent) for each in NEITHER)


@pytest.mark.parametrize("base", BASES_BY_NAME, ids=name)
def test_a_base_error_cannot_be_raised(base: type[PortError]) -> None:
    with pytest.raises(TypeError, match="raise one of the leaves"):
        raise base("timeout")


@pytest.mark.parametrize("leaf", LEAVES_BY_NAME, ids=name)
def test_a_leaf_carries_its_code_and_nothing_more(leaf: type[PortError]) -> None:
    error = leaf("timeout")

    assert (error.code, str(error), error.args) == ("timeout", "timeout", ("timeout",))
