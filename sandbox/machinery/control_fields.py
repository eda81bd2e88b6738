"""Reads what callers of the control API send, and says clearly what is wrong with it."""

from typing import Any, TypeVar

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject, Number, loads, number_from
from sandbox.machinery.loopback import why_not_callable

_LARGEST_AMOUNT = 10**15
_MOST_DECIMALS = 8
_LONGEST_DEADLINE_S = 10 * 365 * 24 * 3600

_Payment = TypeVar("_Payment")


class ControlError(Exception):
    """The control API's refusal: an HTTP status and one sentence."""

    def __init__(self, http_status: int, message: str) -> None:
        """Carry what the answer will say."""
        super().__init__(message)
        self.http_status = http_status
        self.message = message


class IllegalChange(ControlError):
    """The payment cannot go there from where it stands; it is unchanged."""

    def __init__(self, message: str) -> None:
        """Carry why not."""
        super().__init__(409, message)


def found(payment: _Payment | None) -> _Payment:
    """Give the payment that the control API names; raises ControlError if there is none."""
    if payment is None:
        raise ControlError(404, "no such payment")
    return payment


async def read_json(request: web.Request) -> Any:
    """Decode the body of a request; an empty one is an empty object."""
    raw = await request.read()
    try:
        return loads(raw) if raw.strip() else {}
    except ValueError:
        raise ControlError(400, "the body is not JSON") from None


class Fields:
    """A JSON object whose names are all known and whose values are read by type."""

    def __init__(self, values: JsonObject, known: frozenset[str]) -> None:
        """Refuse names that nothing would read: they are typing errors."""
        unknown = sorted(values.keys() - known)
        if unknown:
            raise ControlError(
                400, f"unknown field {unknown[0]}; known: {', '.join(sorted(known))}"
            )
        self._values = values

    @classmethod
    async def of(cls, request: web.Request, *known: str) -> "Fields":
        """Decode the body of a request; an empty one has no fields."""
        return cls.within(await read_json(request), *known)

    @classmethod
    def within(cls, values: object, *known: str) -> "Fields":
        """Read a decoded value that must be an object."""
        if not isinstance(values, dict):
            raise ControlError(400, "a JSON object is needed")
        return cls(values, frozenset(known))

    def has(self, name: str) -> bool:
        """Tell whether a field was given, be it null."""
        return name in self._values

    def is_null(self, name: str) -> bool:
        """Tell whether a field is missing or null."""
        return self._values.get(name) is None

    def text(self, name: str, *, limit: int = 2000) -> str | None:
        """Read text that is not empty, or None where it is missing or null."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= limit:
            raise ControlError(400, f"{name} must be text of 1 to {limit} characters")
        return value

    def texts(self, *names: str) -> dict[str, str]:
        """Read those of some texts that are there."""
        return {name: text for name in names if (text := self.text(name)) is not None}

    def required_text(self, name: str, *, limit: int = 2000) -> str:
        """Read text that must be there."""
        value = self.text(name, limit=limit)
        if value is None:
            raise ControlError(400, f"{name} is missing")
        return value

    def word(self, name: str, allowed: frozenset[str]) -> str | None:
        """Read one of a few words."""
        value = self.text(name)
        if value is not None and value not in allowed:
            raise ControlError(400, f"{name} must be one of {', '.join(sorted(allowed))}")
        return value

    def amount(self, name: str) -> Number | None:
        """Read an amount above zero from a number or decimal text."""
        value = self._values.get(name)
        if value is None:
            return None
        number = number_from(value)
        if number is None or not 0 < number <= _LARGEST_AMOUNT:
            raise ControlError(400, f"{name} must be an amount above 0, at most {_LARGEST_AMOUNT}")
        if not isinstance(number, int) and -int(number.as_tuple().exponent) > _MOST_DECIMALS:
            raise ControlError(400, f"{name} must not have more than {_MOST_DECIMALS} decimals")
        return number

    def required_amount(self, name: str) -> Number:
        """Read an amount that must be there."""
        value = self.amount(name)
        if value is None:
            raise ControlError(400, f"{name} is missing")
        return value

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """Read a whole number within limits."""
        value = self._values.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ControlError(400, f"{name} must be a whole number from {low} to {high}")
        return value

    def due_in_s(self, default: int) -> int:
        """Read within how many seconds a deposit is due."""
        return self.whole("due_in_s", default, low=0, high=_LONGEST_DEADLINE_S)

    def code(self, name: str, default: int | str) -> int | str:
        """Read a vendor's code: a whole number or a word."""
        value = self._values.get(name, default)
        if isinstance(value, str):
            return self.text(name, limit=100) or default
        return self.whole(name, 0, low=-(2**31), high=2**31) if name in self._values else default

    def seconds(self, name: str, default: float, *, high: float) -> float:
        """Read a duration, which may have a fraction."""
        value = number_from(self._values.get(name, default)) if name in self._values else default
        if value is None or not 0 <= value <= high:
            raise ControlError(400, f"{name} must be a number of seconds from 0 to {high:g}")
        return float(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise ControlError(400, f"{name} must be true or false")
        return value

    def url(self, name: str, *, allow_remote: bool) -> str | None:
        """Read a URL that the sandbox is to call."""
        url = self.text(name)
        objection = None if url is None else why_not_callable(url, allow_remote=allow_remote)
        if objection is not None:
            raise ControlError(400, f"{name} {objection}")
        return url

    def url_or(self, name: str, kept: str | None, *, allow_remote: bool) -> str | None:
        """Read a URL as `url` does; one that is not named stays what it was."""
        return self.url(name, allow_remote=allow_remote) if self.has(name) else kept

    def mapping(self, name: str) -> JsonObject:
        """Read an object whose content is free; empty where it is missing."""
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise ControlError(400, f"{name} must be an object")
        return value

    def items(self, name: str, *, limit: int) -> list[Any]:
        """Read a list; empty where it is missing."""
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > limit:
            raise ControlError(400, f"{name} must be a list of at most {limit}")
        return value

    def names(self, name: str) -> frozenset[str]:
        """Read a list of names."""
        values = self.items(name, limit=200)
        if not all(isinstance(value, str) for value in values):
            raise ControlError(400, f"{name} must be a list of names")
        return frozenset(values)
