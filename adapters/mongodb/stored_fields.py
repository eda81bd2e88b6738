"""Strict reading of a stored document: each field by name and type, or `RecordCorrupt`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from ports.errors import RecordCorrupt

Document = dict[str, Any]

_Part = TypeVar("_Part")
_Choice = TypeVar("_Choice", bound=StrEnum)


def moment_text(moment: datetime) -> str:
    """A moment as text that is exact and sorts by time.

    BSON's own date keeps milliseconds only. A snapshot read back with a part of its times cut off
    would never say the same as the gateway again.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def nameable(order_id: object) -> str:
    """The order id for an error, unless what stands there could not be one."""
    try:
        check_order_id(str(order_id))
    except InvalidValue:
        return "unreadable"
    return str(order_id)


class StoredFields:
    """The fields of one stored document or of a part of it; `path` leads there."""

    def __init__(self, stored: object, order_id: object, path: str = "") -> None:
        self._order_id = nameable(order_id)
        self._path = path
        if not isinstance(stored, Mapping):
            self.refuse("")
        self._stored: Mapping[str, object] = stored

    def refuse(self, name: str) -> NoReturn:
        """Raises `RecordCorrupt` for the field of that name."""
        field = f"{self._path}.{name}".strip(".")
        raise RecordCorrupt("recordCorrupt", order_id=self._order_id, field=field) from None

    def text(self, name: str) -> str:
        value = self._stored.get(name)
        return value if isinstance(value, str) else self.refuse(name)

    def text_or_none(self, name: str) -> str | None:
        return None if self._stored.get(name) is None else self.text(name)

    def whole(self, name: str) -> int:
        value = self._stored.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name)
        return int(value)  # the driver's 64-bit integers are a class of their own

    def whole_or_none(self, name: str) -> int | None:
        return None if self._stored.get(name) is None else self.whole(name)

    def flag(self, name: str) -> bool:
        value = self._stored.get(name)
        return value if isinstance(value, bool) else self.refuse(name)

    def choice(self, name: str, choices: type[_Choice]) -> _Choice:
        try:
            return choices(self.text(name))
        except ValueError:
            self.refuse(name)

    def choice_or_none(self, name: str, choices: type[_Choice]) -> _Choice | None:
        return None if self._stored.get(name) is None else self.choice(name, choices)

    def moment(self, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(name))
        except ValueError:
            self.refuse(name)
        return moment if moment.tzinfo is not None else self.refuse(name)

    def moment_or_none(self, name: str) -> datetime | None:
        return None if self._stored.get(name) is None else self.moment(name)

    def part(self, name: str) -> "StoredFields":
        """A document within this one."""
        return StoredFields(self._stored.get(name), self._order_id, f"{self._path}.{name}")

    def part_or_none(self, name: str, read: Callable[["StoredFields"], _Part]) -> _Part | None:
        return None if self._stored.get(name) is None else read(self.part(name))

    def parts(self, name: str) -> Sequence["StoredFields"]:
        """The documents of a list within this one."""
        values = self._stored.get(name)
        if not isinstance(values, list):
            self.refuse(name)
        path = f"{self._path}.{name}"
        return [
            StoredFields(value, self._order_id, f"{path}.{position}")
            for position, value in enumerate(values)
        ]
