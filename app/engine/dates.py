"""When an ``entry.date`` lets a contact in: before, on or after a date, once or every year. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from app.engine.calendar import parse_time
from app.model.durations import Duration, parse_duration

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.engine.plan import PlanNode

_NINE: Final = time(9)
_LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True, slots=True)
class DateRule:
    """The settings of the node, read."""

    property: str
    before: Duration
    after: Duration
    """Of the two at most one is not zero."""
    time: time | None
    yearly: bool


def rule_of(node: PlanNode) -> DateRule:
    """What a published ``entry.date`` says."""
    side, offset, at = node.setting("side"), node.setting("offset"), node.setting("time")
    length = parse_duration(offset) if offset else Duration()
    return DateRule(
        str(node.setting("property")),
        length if side == "before" else Duration(),
        length if side == "after" else Duration(),
        parse_time(at) if at else None,
        bool(node.setting("yearly")),
    )


def next_moment(rule: DateRule, value: object, after: datetime, zone: tzinfo) -> datetime | None:
    """The first moment (UTC) after ``after`` that the rule names for this value of the property; None when
    there is none, or the value is no date.

    Days and months are steps on the wall clock of ``zone``, the contact's. Every year: on the same day, and
    the 29th of February on the 28th where there is none; never before the date itself has been.
    """
    try:
        day, own = _read(value, zone)
        days = _yearly(rule, day, after, zone) if rule.yearly else [day]
        moments = (_moment(rule, one, own, zone) for one in days)
        return next((moment for moment in moments if moment > after), None)
    except (ValueError, OverflowError):
        # No date, or one so far away that no calendar has it.
        return None


def _read(value: object, zone: tzinfo) -> tuple[date, time | None]:
    """Day and time on the wall clock of ``zone``; a day alone has no time of its own."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text), None
    except ValueError:
        moment = datetime.fromisoformat(text)
    wall = moment if moment.tzinfo is None else moment.astimezone(zone)
    return wall.date(), wall.time()


def _yearly(rule: DateRule, day: date, after: datetime, zone: tzinfo) -> Iterator[date]:
    """Its days in each year from before ``after`` on."""
    about = rule.before.after(rule.after.before(after, zone), zone).year
    year = max(about - 1, day.year)
    while True:  # whoever asks stops at the first one that is late enough, and the calendar ends in 9999
        common = (day.month, day.day) == _LEAP_DAY and not calendar.isleap(year)
        yield date(year, 2, 28) if common else day.replace(year=year)
        year += 1


def _moment(rule: DateRule, day: date, own: time | None, zone: tzinfo) -> datetime:
    begin = _on_wall(day, own or rule.time or _NINE, zone)
    moment = rule.after.after(rule.before.before(begin, zone), zone)
    return moment if rule.time is None else _on_wall(moment.astimezone(zone).date(), rule.time, zone)


def _on_wall(day: date, at: time, zone: tzinfo) -> datetime:
    # Through UTC, so that a wall time inside the spring gap becomes the real one after it.
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone).astimezone(UTC)
