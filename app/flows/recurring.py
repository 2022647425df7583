"""A rule of RFC 5545 as the few choices of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.flows.repeats import fault_of

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OFTEN: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PLACES: Final = (1, 2, 3, 4, -1)
"""Which of the weekdays of a month: the first … the fourth, the last."""
LAST: Final = -1
_NTH: Final = re.compile(r"([+-]?\d{1,2})([A-Z]{2})")
_DAY_ALONE: Final = re.compile(r"\d{8}")
_FORM_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY"}),
    "YEARLY": frozenset(),
}
_ALWAYS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL"})


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a form can say. Empty: as the first time was, and without end."""

    often: str
    every: int = 1
    days: tuple[str, ...] = ()
    """Weekdays of a week, in their order."""
    month_day: int = 0
    """The day of a month, -1 the last one."""
    nth: tuple[int, str] | None = None
    """Of a month: which one of a weekday."""
    count: int = 0
    until: str = ""
    """The last day, as ``20261224``."""


def parts_of(rule: object) -> Mapping[str, str]:
    """The rule by its parts; nothing for one that is not sound."""
    if not isinstance(rule, str) or fault_of(rule):
        return {}
    return dict(part.split("=", 1) for part in rule.split(";"))


def read(rule: object) -> Repeat | None:
    """The rule as a form shows it; None for one that is not sound or says more."""
    parts = parts_of(rule)
    often = parts.get("FREQ", "")
    shown = _FORM_PARTS.get(often)
    if shown is None or not parts.keys() <= _ALWAYS | shown or {"COUNT", "UNTIL"} <= parts.keys():
        return None
    made = _day_parts(often, parts)
    if made is None or not _DAY_ALONE.fullmatch(parts.get("UNTIL", "00000000")):
        return None
    days, month_day, nth = made
    return Repeat(
        often,
        int(parts.get("INTERVAL", "1")),
        days,
        month_day,
        nth,
        int(parts.get("COUNT", "0")),
        parts.get("UNTIL", ""),
    )


def write(repeat: Repeat) -> str:
    """The rule that says it."""
    made = [f"FREQ={repeat.often}"]
    if repeat.every > 1:
        made.append(f"INTERVAL={repeat.every}")
    if repeat.often == "WEEKLY" and repeat.days:
        made.append(f"BYDAY={','.join(day for day in DAYS if day in repeat.days)}")
    if repeat.often == "MONTHLY" and repeat.nth:
        made.append(f"BYDAY={repeat.nth[0]}{repeat.nth[1]}")
    elif repeat.often == "MONTHLY" and repeat.month_day:
        made.append(f"BYMONTHDAY={repeat.month_day}")
    if repeat.count:
        made.append(f"COUNT={repeat.count}")
    elif repeat.until:
        made.append(f"UNTIL={repeat.until}")
    return ";".join(made)


def nth_of(day: str) -> tuple[int, str]:
    """(1, “MO”) of ``1MO``; 0 where every one is meant."""
    found = _NTH.fullmatch(day)
    return (int(found[1]), found[2]) if found else (0, day)


def _day_parts(
    often: str, parts: Mapping[str, str]
) -> tuple[tuple[str, ...], int, tuple[int, str] | None] | None:
    days = [nth_of(day) for day in parts["BYDAY"].split(",")] if "BYDAY" in parts else []
    month_days = [int(day) for day in parts["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in parts else []
    if often == "WEEKLY" and not any(place for place, _ in days):
        return tuple(day for day in DAYS if (0, day) in days), 0, None
    if not days and len(month_days) <= 1 and all(day >= LAST for day in month_days):
        return (), month_days[0] if month_days else 0, None
    if not month_days and len(days) == 1 and days[0][0] in PLACES:
        return (), 0, days[0]
    return None
