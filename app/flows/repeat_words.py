"""A repeating time in words: “every 2 weeks on Monday and Thursday, 10 times”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from app.flows.repeats import fault_of
from app.flows.words import together

_UNITS: Final[Mapping[str, str]] = {
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_DAYS: Final[Mapping[str, str]] = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS: Final = tuple(f"{date(2026, number, 1):%B}" for number in range(1, 13))
_ORDINALS: Final[Mapping[int, str]] = {
    1: "first",
    2: "second",
    3: "third",
    4: "fourth",
    5: "fifth",
    -1: "last",
}
_DAY: Final = re.compile(r"([+-]?\d*)([A-Z]{2})")
_SAID: Final = frozenset(
    {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYHOUR", "COUNT", "UNTIL", "WKST"}
)
_MOST: Final = 7


def repeat_words(rule: object) -> str:
    """What a sound rule says; empty for any other, and for one that is too odd to be said."""
    if not isinstance(rule, str) or fault_of(rule):
        return ""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if not parts.keys() <= _SAID:
        return ""
    step, unit = int(parts.get("INTERVAL", "1")), _UNITS[parts["FREQ"]]
    words = [f"every {unit}" if step == 1 else f"every {step} {unit}s"]
    tellers = {"BYDAY": _on_days, "BYMONTHDAY": _on_numbers, "BYMONTH": _in_months, "BYHOUR": _at_hours}
    words += [tell(parts[name]) for name, tell in tellers.items() if name in parts]
    told = " ".join(words)
    if "COUNT" in parts:
        times = int(parts["COUNT"])
        told += ", once" if times == 1 else f", {times:,} times"
    return told + (f", until {_day(parts['UNTIL'])}" if "UNTIL" in parts else "")


def _on_days(text: str) -> str:
    named = []
    for place, day in _DAY.findall(text):
        number = int(place) if place else 0
        which = _ORDINALS.get(number, f"{_nth(abs(number))}{' last' if number < 0 else ''}")
        named.append(f"the {which} {_DAYS[day]}" if number else _DAYS[day])
    return f"on {together(named, _MOST)}"


def _on_numbers(text: str) -> str:
    numbers = [int(one) for one in text.split(",")]
    named = [
        "the last day" if one == -1 else f"day {one}" if one > 0 else f"the {_nth(-one)} last day"
        for one in numbers
    ]
    return f"on {together(named, _MOST)}"


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 % 10 != 1 else "th"
    return f"{number}{ending}"


def _in_months(text: str) -> str:
    return f"in {together([_MONTHS[int(one) - 1] for one in text.split(',')], _MOST)}"


def _at_hours(text: str) -> str:
    return f"at {together([f'{int(one)}:00' for one in text.split(',')], _MOST)}"


def _day(text: str) -> str:
    day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
