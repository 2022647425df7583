"""ISO 8601 durations with the calendar meaning of DESIGN.md section 5b, rule 13.

Years, months, weeks and days are calendar steps in a zone (same wall time); hours, minutes and
seconds are exact. ``P1D`` over a clock change keeps the wall time, ``PT24H`` does not.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from app.model.frozen import dataclass

if TYPE_CHECKING:
    from datetime import tzinfo

_PATTERN: Final = re.compile(
    r"P(?=[\dT])(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: calendar ``months`` and ``days``, then exact ``seconds``. None is negative."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    @property
    def is_zero(self) -> bool:
        """Whether it adds nothing."""
        return not (self.months or self.days or self.seconds)

    def iso(self) -> str:
        """``P1M2DT3H``: what ``parse_duration`` reads back."""
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        date = "".join(f"{count}{unit}" for count, unit in ((self.months, "M"), (self.days, "D")) if count)
        units = ((hours, "H"), (minutes, "M"), (seconds, "S"))
        time = "".join(f"{count}{unit}" for count, unit in units if count)
        return f"P{date}{f'T{time}' if time else ''}" if date or time else "PT0S"

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The UTC moment this long after ``moment`` (aware), counted on the wall clock of ``zone``.

        A wall time inside a spring gap moves forward; in a double hour the first one is meant.
        """
        if not (self.months or self.days):
            return moment.astimezone(UTC) + timedelta(seconds=self.seconds)
        wall = _add_months(moment.astimezone(zone), self.months)
        wall = wall + timedelta(days=self.days)
        settled = wall.replace(fold=0).astimezone(UTC)
        return settled + timedelta(seconds=self.seconds)

    def before(self, moment: datetime, zone: tzinfo) -> datetime:
        """The UTC moment this long before ``moment`` (aware), counted on the wall clock of ``zone``."""
        settled = moment - timedelta(seconds=self.seconds)
        if not (self.months or self.days):
            return settled.astimezone(UTC)
        wall = _add_months(settled.astimezone(zone), -self.months) - timedelta(days=self.days)
        return wall.replace(fold=0).astimezone(UTC)

    def shortest(self) -> timedelta:
        """A lower bound without a calendar: a month counts 28 days, and a clock change is not looked at."""
        return timedelta(days=self.months * 28 + self.days, seconds=self.seconds)

    def longest(self) -> timedelta:
        """An upper bound without a calendar: a month counts 31 days."""
        return timedelta(days=self.months * 31 + self.days, seconds=self.seconds)


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> Duration:
    """Reads ``P1DT2H`` and the like; raises ValueError on anything else, also on ``P`` and on fractions."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        message = f"“{text[:40]}” is not a duration such as PT30M or P1D"
        raise ValueError(message)
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return Duration(
        months=part["years"] * _MONTHS_A_YEAR + part["months"],
        days=part["weeks"] * 7 + part["days"],
        seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )


def is_duration(text: object) -> bool:
    """Whether ``parse_duration`` reads it."""
    return isinstance(text, str) and _PATTERN.fullmatch(text) is not None


def say_duration(text: str) -> str:
    """The duration as people say it, in English: ``PT1H30M`` is “1 h 30 min”, ``P1D`` is “1 day”."""
    duration = parse_duration(text)
    weeks, days = divmod(duration.days, 7) if duration.days % 7 == 0 else (0, duration.days)
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    words = [
        *_plural(duration.months, "month"),
        *_plural(weeks, "week"),
        *_plural(days, "day"),
        *([f"{hours} h"] if hours else []),
        *([f"{minutes} min"] if minutes else []),
        *([f"{seconds} s"] if seconds else []),
    ]
    return " ".join(words) or "0 min"


def _plural(count: int, word: str) -> list[str]:
    return [f"{count} {word}" if count == 1 else f"{count} {word}s"] if count else []


def _add_months(wall: datetime, months: int) -> datetime:
    import calendar  # loads much, and is seldom asked

    if not months:
        return wall
    year, month = divmod(wall.year * _MONTHS_A_YEAR + wall.month - 1 + months, _MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return wall.replace(year=year, month=month + 1, day=min(wall.day, last))
