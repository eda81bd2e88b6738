"""The vendor's times: ISO 8601, in Korea's where no zone is said."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

KST: Final = timezone(timedelta(hours=9))
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100
_LONGEST: Final = 40


def moment(text: str | None) -> datetime | None:
    """The moment in UTC; what cannot be a time of a payment is None."""
    if text is None or len(text) > _LONGEST or "T" not in text:
        return None
    with suppress(ValueError, OverflowError):
        told = datetime.fromisoformat(text)
        zoned = told if told.tzinfo is not None else told.replace(tzinfo=KST)
        if _FIRST_YEAR <= zoned.year < _LAST_YEAR:
            return zoned.astimezone(UTC)
    return None


def second_of(moment: datetime) -> str:
    """A moment as the vendor's questions name it: whole seconds, in Korea."""
    return f"{moment.astimezone(KST):%Y-%m-%dT%H:%M:%S}"
