"""When the shop is open: its hours and holidays, on the wall clock of the workspace."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from app.engine.calendar import next_wall_time

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from app.model.rules import Rules

_LOOKED_AHEAD: Final = 400
"""Days, or tries: a shop that does not open in that time has no hours that anybody could wait for."""
_NEXT: Final = timedelta(seconds=1)


def is_open(moment: datetime, rules: Rules, home: tzinfo) -> bool:
    """Whether the shop is open then. Without any hours it is open on every day that is no holiday."""
    wall = moment.astimezone(home)
    if wall.date() in rules.holidays:
        return False
    if not rules.business:
        return True
    hours = rules.business.get(wall.weekday())
    return hours is not None and hours.holds(wall.time())


def next_open(moment: datetime, rules: Rules, home: tzinfo) -> datetime | None:
    """The first moment (UTC) from this one on at which the shop is open; None when it does not open."""
    if is_open(moment, rules, home):
        return moment.astimezone(UTC)
    first = moment.astimezone(home).date()
    for ahead in range(_LOOKED_AHEAD):
        day = first + timedelta(days=ahead)
        hours = rules.business.get(day.weekday())
        opens = hours.opens if hours is not None else time(0)
        # Through UTC, so that hours inside a spring gap begin after it.
        found = datetime.combine(day, opens, tzinfo=home).astimezone(UTC)
        if found >= moment and is_open(found, rules, home):
            return found
    return None


def open_moment(
    moment: datetime,
    at: time | None,
    weekdays: Collection[str],
    zone: tzinfo,
    rules: Rules,
    home: tzinfo,
) -> datetime | None:
    """The first moment from this one on that has the weekday and time of day on the person's clock (``zone``)
    while the shop is open; where there is none, the moment when it opens next."""
    found = next_wall_time(moment, at, weekdays, zone)
    for _ in range(_LOOKED_AHEAD):
        if is_open(found, rules, home):
            return found
        if at is not None:
            found = next_wall_time(found + _NEXT, at, weekdays, zone)
            continue
        opening = next_open(found, rules, home)
        if opening is None:
            return None
        found = next_wall_time(opening, None, weekdays, zone)
    return next_open(moment, rules, home)
