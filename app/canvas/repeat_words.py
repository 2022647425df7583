"""A rule of RFC 5545 in words, whatever it says: “Every Monday and Thursday, until 24 December”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QDate, QLocale

from app.canvas.words import tr
from app.flows.recurring import DAYS, LAST, nth_of, parts_of

_ONE: Final = {
    "HOURLY": "every hour",
    "DAILY": "every day",
    "WEEKLY": "every week",
    "MONTHLY": "every month",
    "YEARLY": "every year",
}
_SEVERAL: Final = {
    "HOURLY": "every {count} hours",
    "DAILY": "every {count} days",
    "WEEKLY": "every {count} weeks",
    "MONTHLY": "every {count} months",
    "YEARLY": "every {count} years",
}
DAY_NAMES: Final = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PLACE_NAMES: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", LAST: "last"}
_WORKDAYS: Final = ("MO", "TU", "WE", "TH", "FR")


def repeat_words(rule: object) -> str:
    """The rule in words; empty for one that is not sound."""
    parts = parts_of(rule)
    if not parts:
        return ""
    said = ", ".join(one for one in (_often(parts), *_which(parts), *_until(parts)) if one)
    return said[:1].upper() + said[1:]


def day_words(day: str) -> str:
    """“Monday” for ``MO``, “the first Monday” for ``1MO``."""
    place, name = nth_of(day)
    if not place:
        return tr(DAY_NAMES[name])
    return tr("the {place} {day}").format(place=place_words(place), day=tr(DAY_NAMES[name]))


def place_words(place: int) -> str:
    """“first”, “last”, “last but 2”, “20th”."""
    if place in PLACE_NAMES:
        return tr(PLACE_NAMES[place])
    if place < 0:
        return tr("last but {count}").format(count=-place - 1)
    return _numbered(place)


def month_day_words(day: int) -> str:
    """“the 15th”, “the last day”."""
    if day == LAST:
        return tr("the last day")
    if day < 0:
        return tr("the last day but {count}").format(count=-day - 1)
    return tr("the {place}").format(place=_numbered(day))


def together(words: Sequence[str]) -> str:
    """“Monday, Tuesday and Friday”."""
    *middle, last = words
    return tr("{start} and {last}").format(start=", ".join(middle), last=last) if middle else last


def _often(parts: Mapping[str, str]) -> str:
    often, every = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    if often == "WEEKLY" and days:
        if every > 1:
            return tr("every {count} weeks on {days}").format(count=every, days=_days(days))
        return tr("every day") if len(set(days)) == len(DAYS) else _every(days)
    return tr(_ONE[often]) if every == 1 else tr(_SEVERAL[often]).format(count=every)


def _every(days: Sequence[str]) -> str:
    if tuple(day for day in DAYS if day in days) == _WORKDAYS:
        return tr("every day from Monday to Friday")
    return tr("every {days}").format(days=_days(days))


def _days(days: Sequence[str]) -> str:
    return together([day_words(day) for day in days])


def _which(parts: Mapping[str, str]) -> list[str]:
    found = []
    if "BYMONTH" in parts:
        months = together([tr(_MONTHS[number - 1]) for number in _numbers(parts["BYMONTH"])])
        found.append(tr("in {months}").format(months=months))
    if "BYWEEKNO" in parts:
        weeks = together([str(number) for number in _numbers(parts["BYWEEKNO"])])
        found.append(tr("in week {weeks}").format(weeks=weeks))
    if "BYYEARDAY" in parts:
        days = together([str(number) for number in _numbers(parts["BYYEARDAY"])])
        found.append(tr("on day {days} of the year").format(days=days))
    if "BYMONTHDAY" in parts:
        days = together([month_day_words(number) for number in _numbers(parts["BYMONTHDAY"])])
        found.append(tr("on {days}").format(days=days))
    if "BYDAY" in parts and parts["FREQ"] != "WEEKLY":
        found.append(tr("on {days}").format(days=_days(parts["BYDAY"].split(","))))
    if "BYSETPOS" in parts:
        places = together([place_words(number) for number in _numbers(parts["BYSETPOS"])])
        found.append(tr("only the {places} of these").format(places=places))
    if "BYHOUR" in parts:
        hours = together([f"{number}:00" for number in _numbers(parts["BYHOUR"])])
        found.append(tr("at {hours}").format(hours=hours))
    return found


def _until(parts: Mapping[str, str]) -> list[str]:
    found = []
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        found.append(tr("once in all") if count == 1 else tr("{count} times in all").format(count=count))
    if "UNTIL" in parts:
        found.append(tr("until {day}").format(day=date_words(parts["UNTIL"])))
    return found


def date_words(text: str) -> str:
    """A day such as ``20261224`` as people here write it."""
    day = QDate.fromString(text[:8], "yyyyMMdd")
    locale = QLocale()
    locale = QLocale("en_GB") if locale.language() is QLocale.Language.C else locale
    return locale.toString(day, QLocale.FormatType.ShortFormat)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _numbered(number: int) -> str:
    ending = "{count}th"
    if number % 100 not in (11, 12, 13):
        ending = {1: "{count}st", 2: "{count}nd", 3: "{count}rd"}.get(number % 10, ending)
    return tr(ending).format(count=number)
