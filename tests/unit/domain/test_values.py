"""Every value of the core is frozen, slotted and, but for one, made by naming its fields."""

import dataclasses
import importlib
import pkgutil
from enum import StrEnum
from typing import Any

import pytest

import domain
import ports
from domain.errors import InvalidValue
from domain.events import EventType
from domain.money import Currency, Money
from domain.outcome import Forged, OutcomeKind, VerificationOutcome

# `Currency("KRW")` reads best as it is.
POSITIONAL = {Currency}


def classes_of(*packages: Any) -> list[type]:
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for package in packages
        for module in pkgutil.iter_modules(package.__path__)
    ]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__
    }
    return sorted(found, key=lambda each: (each.__module__, each.__qualname__))


VALUES = [each for each in classes_of(domain, ports) if dataclasses.is_dataclass(each)]
ENUMS = [each for each in classes_of(domain) if issubclass(each, StrEnum)]


def name(each: type) -> str:
    return each.__qualname__


def test_the_values_are_found() -> None:
    assert len(VALUES) >= 20
    assert Money in VALUES
    assert OutcomeKind in ENUMS


@pytest.mark.parametrize("value", VALUES, ids=name)
def test_a_value_is_frozen_and_slotted(value: Any) -> None:
    assert value.__dataclass_params__.frozen
    assert "__slots__" in vars(value)
    assert "__dict__" not in dir(value)


@pytest.mark.parametrize("value", [each for each in VALUES if each not in POSITIONAL], ids=name)
def test_a_value_is_made_by_naming_its_fields(value: Any) -> None:
    assert all(each.kw_only for each in dataclasses.fields(value))


def test_no_field_can_be_set_nor_added() -> None:
    money = Money.of("1000", Currency("KRW"))

    with pytest.raises(dataclasses.FrozenInstanceError):
        money.amount_minor = 1  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        money.note = "more"  # type: ignore[attr-defined]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del money.currency


@pytest.mark.parametrize("value", VALUES, ids=name)
def test_a_value_has_a_docstring_of_its_own(value: type) -> None:
    assert value.__doc__
    assert not value.__doc__.startswith(f"{value.__name__}(")


def test_every_outcome_has_a_kind_of_its_own() -> None:
    kinds = [outcome.kind for outcome in VerificationOutcome.__args__]

    assert sorted(kinds) == sorted(OutcomeKind)


def test_a_forgery_names_at_least_one_difference() -> None:
    with pytest.raises(InvalidValue, match=r"^discrepancies: a forgery names at least one$"):
        Forged(discrepancies=())


@pytest.mark.parametrize("enum", [each for each in ENUMS if each is not EventType], ids=name)
def test_words_are_camel_case_as_the_interface_has_them(enum: type[StrEnum]) -> None:
    for word in enum:
        first, *rest = word.name.split("_")
        assert word == first.lower() + "".join(part.capitalize() for part in rest)


def test_the_shops_events_are_dotted_as_standard_webhooks_has_them() -> None:
    for event in EventType:
        thing, _, rest = event.name.partition("_")
        assert event == f"{thing.lower()}.{rest.lower()}"
