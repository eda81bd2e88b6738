"""Points in time: none without its zone, or it would mean another moment on another machine."""

from datetime import datetime, timedelta, timezone

from domain.errors import InvalidValue

# Korea has had no summer time since 1988, so no table of time zones is needed.
SEOUL = timezone(timedelta(hours=9))


def check_aware(field: str, moment: datetime | None) -> None:
    """Refuses a time without a zone; no time at all is fine."""
    if moment is not None and moment.utcoffset() is None:
        raise InvalidValue(field, "must have a time zone")


def is_reached(moment: datetime | None, now: datetime) -> bool:
    """Whether that time has come; no time at all never does."""
    return moment is not None and moment <= now
