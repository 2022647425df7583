"""Hours of sending: when advertising may go out, on the clock of every zone that somebody may be in.

Zone first, then the hour, then the day, then the hour again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.rules import Window

_DAYS: Final = 62
_FAR: Final = timedelta(days=_DAYS)
"""So far ahead an opening is looked for."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A channel's window, and the days on which it stays closed."""

    window: Window
    closed: Collection[date] = frozenset()

    def hold(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether it is open then on the clock of ``zone``."""
        wall = moment.astimezone(zone)
        return self.opens_on(wall.date()) and self.window.holds(wall.time())

    def opens_on(self, day: date) -> bool:
        """Whether it opens at all on this day."""
        return day.weekday() in self.window.days and day not in self.closed


def opening(now: datetime, hours: Hours, zones: Sequence[tzinfo], shop: tzinfo) -> datetime:
    """The first moment from ``now`` on at which it is open in all of ``zones``: ``now`` itself when it is.

    Where there is no such moment the shop's own clock decides; and what does not open within two months is
    asked again then.
    """
    found = _together(now, hours, zones)
    if found is None:
        found = _together(now, hours, (shop,))
    return now + _FAR if found is None else found


def _together(now: datetime, hours: Hours, zones: Sequence[tzinfo]) -> datetime | None:
    """No moment that is open everywhere lies before the latest of all next openings."""
    moment, last = now, now + _FAR
    while moment < last:
        latest = max(_next(moment, hours, zone) for zone in zones)
        if latest == moment:
            return moment
        moment = latest
    return None


def _next(moment: datetime, hours: Hours, zone: tzinfo) -> datetime:
    """The first moment from ``moment`` on at which it is open in ``zone``."""
    if hours.hold(moment, zone):
        return moment
    today = moment.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(_DAYS + 1))
    starts = (
        start for day in days if hours.opens_on(day) for start in _starts(day, hours.window.opens, zone)
    )
    found = next((one for one in starts if one >= moment and hours.hold(one, zone)), moment + _FAR)
    return _back_into(moment, found, hours, zone) or found


def _back_into(moment: datetime, opens: datetime, hours: Hours, zone: tzinfo) -> datetime | None:
    """When a clock that goes back before ``opens`` opens it once more."""
    before, after = _offset(moment, zone), _offset(opens, zone)
    if after >= before:
        return None
    turn = _change(moment, opens, zone)
    return turn if hours.hold(turn, zone) else None


def _starts(day: date, at: time, zone: tzinfo) -> Iterator[datetime]:
    """The moments at which the clock of ``zone`` comes to ``at``: two in a double hour, and in a gap the
    first moment behind it."""
    first, second = (
        datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1)
    )
    if second < first:
        yield _change(second, first, zone)
        return
    yield first
    if second > first:
        yield second


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second between the two from which on the clock goes as it does at ``after``."""
    offset = _offset(after, zone)
    low, high = 0, int((after - before).total_seconds()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == offset:
            high = middle
        else:
            low = middle
    return (before + timedelta(seconds=high)).replace(microsecond=0)


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
