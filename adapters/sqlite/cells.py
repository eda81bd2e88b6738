"""What stands in a row's cells. Moments are whole microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

Cells = dict[str, str | int | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def optional_microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def moment(value: int) -> datetime:
    return _EPOCH + value * _MICROSECOND


def optional_moment(value: int | None) -> datetime | None:
    return None if value is None else moment(value)
