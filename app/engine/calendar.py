"""Moments that nodes of kind ``until`` name, on the contact's wall clock (rule 13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.model.kinds import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

_DAYS_A_WEEK: Final = 7
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


def zone_of(name: str, fallback: tzinfo) -> tzinfo:
    """The named zone; ``fallback`` where the name is empty or unknown."""
    return (known_zone(name) if name else None) or fallback


@lru_cache(maxsize=1024)
def known_zone(name: str) -> tzinfo | None:
    """The named zone; None for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_time(text: str) -> time:
    """Reads “HH:MM”; ValueError otherwise."""
    return time.fromisoformat(text)


def next_wall_time(base: datetime, at: time | None, weekdays: Collection[str], zone: tzinfo) -> datetime:
    """The first moment from ``base`` on, in UTC, that falls on one of ``weekdays`` (all when empty) at
    ``at``.

    Without ``at`` a fitting day counts from its start, so that ``base`` itself fits. A time in a spring gap
    moves
    forward; of a double hour the first one is meant, so nothing happens twice.
    """
    wall = base.astimezone(zone)
    for ahead in range(_DAYS_A_WEEK + 1):
        day = wall.date() + timedelta(days=ahead)
        if weekdays and WEEKDAYS[day.weekday()] not in weekdays:
            continue
        if at is None:
            return base.astimezone(UTC) if ahead == 0 else _moment(day, time(0), zone)
        moment = _moment(day, at, zone)
        if moment >= base:
            return moment
    return _moment(wall.date() + timedelta(days=_DAYS_A_WEEK + 1), at or time(0), zone)


def read_moment(value: object, zone: tzinfo) -> datetime | None:
    """A stored date or time of a contact or event as a UTC moment; None when it does not read as one.

    A date alone means its first minute in ``zone``; a time without a zone is wall time of ``zone``.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        # “For ever” is often written as the year 9999: days must still be countable from there.
        year = min(max(moment.year, _FIRST_YEAR), _LAST_YEAR)
        moment = moment.replace(year=year, day=min(moment.day, 28))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    # Through UTC, so that a wall time inside the spring gap becomes the real one after it.
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
