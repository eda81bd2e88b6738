"""Errors of the domain say what is wrong; the base says too little to be raised."""

import pytest

from domain.errors import DomainError, IllegalTransition, InvalidValue


def test_the_base_error_cannot_be_raised() -> None:
    with pytest.raises(TypeError, match="raise InvalidValue or IllegalTransition"):
        raise DomainError("something")


def test_an_invalid_value_names_its_field_and_the_reason() -> None:
    error = InvalidValue("amount", "must be above zero")

    assert (error.field, error.reason) == ("amount", "must be above zero")
    assert str(error) == "amount: must be above zero"
    assert isinstance(error, DomainError)


def test_an_illegal_transition_names_both_ends() -> None:
    error = IllegalTransition("paid", "pending")

    assert (error.current, error.wanted) == ("paid", "pending")
    assert str(error) == "paid -> pending is not a legal move"
    assert isinstance(error, DomainError)
