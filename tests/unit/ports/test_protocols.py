"""Ports are small, abstract and documented; their methods wait, and name no arguments."""

import importlib
import inspect
import pkgutil
from types import FunctionType
from typing import Any, get_type_hints

import pytest

import ports

# What answers from memory alone, at once, or gives an iterator that waits for each page.
NEVER_WAITS = {
    "Clock.now",
    "Clock.monotonic_s",
    "ConfirmHook.read",
    "ConfirmHook.reason_field",
    "PaymentGateway.name",
    "PaymentGateway.is_payment_id",
    "PaymentListing.longest_window",
    "PaymentListing.pages",
    "PaymentRecord.awaiting_deposit",
    "PaymentRecord.open_orders",
    "PaymentRecord.paid_between",
    "RecordShelf.name",
    "StrayPayments.walk",
    "TaskDesk.every",
    "TokenSource.new_token",
    "WebhookAuthenticator.read",
}


def protocols() -> list[type]:
    modules = [
        importlib.import_module(f"ports.{each.name}")
        for each in pkgutil.iter_modules(ports.__path__)
    ]
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and each.__module__ == module.__name__
        and getattr(each, "_is_protocol", False)
    ]


def methods() -> dict[str, Any]:
    return {
        f"{port.__name__}.{name}": member.fget if isinstance(member, property) else member
        for port in protocols()
        for name, member in vars(port).items()
        if not name.startswith("_") and isinstance(member, property | FunctionType)
    }


METHODS = methods()


def test_each_port_has_a_file_of_its_own() -> None:
    files = [port.__module__ for port in protocols()]

    assert len(files) == len(set(files)) >= 7
    assert {name.partition(".")[0] for name in METHODS} == {each.__name__ for each in protocols()}


@pytest.mark.parametrize("port", protocols(), ids=lambda port: port.__name__)
def test_a_port_can_be_conformed_to_but_not_made(port: Any) -> None:
    assert port.__doc__
    with pytest.raises(TypeError):
        port()


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_abstract_and_says_what_it_does(name: str) -> None:
    method = METHODS[name]

    assert getattr(method, "__isabstractmethod__", False)
    assert inspect.getdoc(method)
    assert "return" in get_type_hints(method)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_takes_its_arguments_by_position_alone(name: str) -> None:
    _, *arguments = inspect.signature(METHODS[name]).parameters.values()

    assert all(argument.kind is argument.POSITIONAL_ONLY for argument in arguments)
    assert all(argument.default is argument.empty for argument in arguments)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_waits_unless_it_asks_nobody(name: str) -> None:
    assert inspect.iscoroutinefunction(METHODS[name]) is (name not in NEVER_WAITS)


def test_no_name_on_the_list_is_forgotten() -> None:
    assert METHODS.keys() >= NEVER_WAITS
