"""Times that come again: the rule of an ``entry.schedule`` (RFC 5545), and when it comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from dateutil.rrule import rrulestr

if TYPE_CHECKING:
    from datetime import tzinfo

_MOST_SIGNS: Final = 200
_MOST_TIMES: Final = 10_000
_FURTHEST: Final[Mapping[str, int]] = {
    "HOURLY": 24 * 366,
    "DAILY": 366,
    "WEEKLY": 52,
    "MONTHLY": 11,
    "YEARLY": 10,
}
"""How often it comes at most, and the largest step of each: the other end of a year is “yearly”."""
_PART: Final = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_NUMBERS: Final = re.compile(r"[+-]?\d{1,3}(,[+-]?\d{1,3}){0,365}")
_DAYS: Final = re.compile(
    r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)){0,99}"
)
_UNTIL: Final = re.compile(r"\d{8}(T\d{6}Z?)?")
_LISTS: Final[Mapping[str, tuple[int, bool]]] = {
    "BYMONTH": (12, False),
    "BYMONTHDAY": (31, True),
    "BYYEARDAY": (366, True),
    "BYWEEKNO": (53, True),
    "BYSETPOS": (366, True),
}
"""The largest number of each, and whether it may count from the end."""
_DATES: Final = frozenset({"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"})
_PROBE: Final = datetime(9960, 1, 1)  # noqa: DTZ001 - a wall clock; the calendar ends 39 years later, so it is quick
_DAY_ALONE: Final = 8


def fault_of(text: object) -> str:
    """What is wrong with a rule, as the end of a sentence; empty for one that can be kept.

    It comes at most once an hour, and there is a day on which it comes: others would be looked for until the
    calendar ends.
    """
    if not isinstance(text, str) or len(text) > _MOST_SIGNS:
        return "is no rule such as FREQ=WEEKLY;BYDAY=MO"
    return _fault(text)


@lru_cache(maxsize=256)
def _fault(text: str) -> str:
    told = [_PART.fullmatch(part) for part in text.split(";")]
    parts = {part[1]: part[2] for part in told if part is not None}
    if len(parts) < len(told):
        return "is no rule such as FREQ=WEEKLY;BYDAY=MO"
    if parts.get("FREQ") in ("MINUTELY", "SECONDLY") or {"BYMINUTE", "BYSECOND"} & parts.keys():
        return "comes more often than once an hour"
    if parts.get("FREQ") not in _FURTHEST:
        return f"does not say how often: FREQ is one of {', '.join(_FURTHEST)}"
    wrong = next((name for name, value in parts.items() if not _is_sound(parts["FREQ"], name, value)), None)
    if wrong is not None:
        return f"cannot be read at {wrong}"
    if _skips_days(parts):
        return "counts steps and names days as well, and the two may never meet"
    return "" if _comes(parts) else "never comes"


def _is_sound(often: str, name: str, value: str) -> bool:
    if name in ("FREQ", "WKST"):
        return name == "FREQ" or value in ("MO", "SU")
    if name == "UNTIL":
        return _UNTIL.fullmatch(value) is not None and _until(value) is not None
    if name == "BYDAY":
        return _DAYS.fullmatch(value) is not None
    if not _NUMBERS.fullmatch(value):
        return False
    numbers = [int(one) for one in value.split(",")]
    if name in ("INTERVAL", "COUNT"):
        most = _FURTHEST[often] if name == "INTERVAL" else _MOST_TIMES
        return len(numbers) == 1 and 1 <= numbers[0] <= most
    if name == "BYHOUR":
        return all(0 <= one <= 23 for one in numbers)
    most, from_end = _LISTS.get(name, (0, False))
    return all(1 <= abs(one) <= most and (one > 0 or from_end) for one in numbers)


def _skips_days(parts: Mapping[str, str]) -> bool:
    """Whether it takes every n-th and of these only some: “every 7 days, on Mondays” may never be."""
    if parts.get("INTERVAL", "1") == "1":
        return False
    named = {
        "HOURLY": _DATES | {"BYDAY", "BYHOUR"},
        "DAILY": _DATES | {"BYDAY"},
        "WEEKLY": _DATES,
        "MONTHLY": _DATES - {"BYMONTHDAY"},
    }
    return bool(named.get(parts["FREQ"], frozenset()) & parts.keys())


def _comes(parts: Mapping[str, str]) -> bool:
    """Whether there is a day for it at all; asked of the days alone, for hours are always there."""
    left = {name: value for name, value in parts.items() if name not in ("INTERVAL", "COUNT", "UNTIL")}
    if left["FREQ"] == "HOURLY":
        left["FREQ"] = "DAILY"
    try:
        return next(iter(rrulestr(_written(left), dtstart=_PROBE)), None) is not None
    except ValueError:
        return False


def next_time(text: str, first: datetime, since: datetime, zone: tzinfo) -> datetime | None:
    """The first moment (UTC) of a sound rule after ``since``, or None when it is over; see ``times``."""
    return next(times(text, first, since, zone), None)


def times(text: str, first: datetime, since: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The moments (UTC) of a sound rule after ``since``, in their order.

    It is counted from ``first`` on the wall clock of ``zone``: nine o'clock stays nine o'clock. ``first``
    itself is one of its times only where it fits the rule.
    """
    parts = dict(part.split("=", 1) for part in text.split(";"))
    last = _until(parts.pop("UNTIL")) if "UNTIL" in parts else None
    rule = rrulestr(_written(parts), dtstart=_wall(first, zone))
    for wall in rule.xafter(_wall(since, zone)):
        if last is not None and wall > _last_wall(last, zone):
            return
        # In a double hour the wall clock may show a time that has been already.
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment > since:
            yield moment
            since = moment


def _written(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _until(value: str) -> datetime | None:
    """The last moment; naive where no zone is named, and the end of the day where only a day is."""
    try:
        day = datetime.strptime(value[:_DAY_ALONE], "%Y%m%d")  # noqa: DTZ007 - a wall clock
        if len(value) == _DAY_ALONE:
            return datetime.combine(day, time.max)
        clock = datetime.strptime(value[_DAY_ALONE:].rstrip("Z"), "T%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None
    moment = day + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    return moment.replace(tzinfo=UTC) if value.endswith("Z") else moment


def _last_wall(last: datetime, zone: tzinfo) -> datetime:
    return last if last.tzinfo is None else _wall(last, zone)
