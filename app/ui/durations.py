"""Durations as people type them, “90 min” or “1,5 h”, and as the flow file keeps them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from app.model.durations import Duration, parse_duration, say_duration

UNITS: Final = ("second", "minute", "hour", "day", "week", "month")
_LETTERS: Final = {
    "s": "second", "m": "minute", "h": "hour", "d": "day", "t": "day", "w": "week", "mo": "month",
    "с": "second", "ч": "hour", "д": "day",
}  # fmt: skip
_BEGINNINGS: Final = {
    "sec": "second", "sek": "second", "сек": "second", "秒": "second",
    "min": "minute", "мин": "minute", "分": "minute",
    "hour": "hour", "hr": "hour", "std": "hour", "stund": "hour", "час": "hour", "時間": "hour",
    "day": "day", "tag": "day", "дн": "day", "ден": "day", "日": "day",
    "week": "week", "woch": "week", "нед": "week", "週": "week",
    "month": "month", "monat": "month", "мес": "month", "か月": "month", "ヶ月": "month", "カ月": "month",
}  # fmt: skip
_PART: Final = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_]*)\.?", re.UNICODE)
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_DAYS: Final = {"day": 1, "week": 7}
_SENTENCE: Final = "Write a time such as 30 min, 1,5 h or 2 days"


@dataclass(frozen=True, slots=True)
class Amount:
    """One whole number of one unit out of ``UNITS``: what the two fields of the inspector show."""

    number: int
    unit: str


def read(text: str, unit: str = "day") -> str:
    """The ISO 8601 duration meant by ``text``; a bare number is counted in ``unit``.

    Raises ValueError with a sentence for the person.
    """
    text = text.strip()
    if text[:1] in ("P", "p") and _is_iso(text.upper()):
        return text.upper()
    total = {"month": 0, "day": 0, "second": 0}
    for number, name in _parts(text, unit):
        kind, whole = _whole(number, name)
        total[kind] += whole
        if kind == "day":
            total["second"] += round((number * _DAYS[name] - whole) * 86_400)
    return _iso(Duration(total["month"], total["day"], total["second"]))


def amount(iso: str) -> Amount | None:
    """The duration as one number and one unit, or None where it needs more than one."""
    try:
        duration = parse_duration(iso)
    except ValueError:
        return None
    filled = [part for part in (duration.months, duration.days, duration.seconds) if part]
    if len(filled) > 1:
        return None
    if duration.months:
        return Amount(duration.months, "month")
    if duration.days:
        weeks, rest = divmod(duration.days, 7)
        return Amount(duration.days, "day") if rest else Amount(weeks, "week")
    return _clock_amount(duration.seconds)


def words(iso: str) -> str:
    """As people say it; what cannot be read is shown as it stands."""
    try:
        return say_duration(iso)
    except ValueError:
        return iso


def _clock_amount(seconds: int) -> Amount:
    for unit in ("hour", "minute"):
        whole, rest = divmod(seconds, _SECONDS[unit])
        if whole and not rest:
            return Amount(whole, unit)
    return Amount(seconds, "second" if seconds else "minute")


def _is_iso(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True


def _parts(text: str, unit: str) -> list[tuple[Decimal, str]]:
    found: list[tuple[Decimal, str]] = []
    end = 0
    for match in _PART.finditer(text):
        if text[end : match.start()].strip(" ,+&"):
            raise ValueError(_SENTENCE)
        end = match.end()
        found.append((_number(match["number"]), _unit(match["unit"]) if match["unit"] else unit))
    if not found or text[end:].strip():
        raise ValueError(_SENTENCE)
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(_SENTENCE) from error


def _unit(word: str) -> str:
    folded = word.casefold()
    if folded in _LETTERS:
        return _LETTERS[folded]
    for beginning, unit in _BEGINNINGS.items():
        if folded.startswith(beginning):
            return unit
    raise ValueError(_SENTENCE)


def _whole(number: Decimal, unit: str) -> tuple[str, int]:
    if unit == "month":
        if number != number.to_integral_value():
            raise ValueError("Half a month has no fixed length. Write it in days")
        return "month", int(number)
    if unit in _DAYS:
        return "day", int(number * _DAYS[unit])
    return "second", round(number * _SECONDS[unit])


def _iso(duration: Duration) -> str:
    if duration.days and duration.days % 7 == 0 and not duration.months and not duration.seconds:
        text = f"P{duration.days // 7}W"
    else:
        date = (f"{duration.months}M" if duration.months else "") + (
            f"{duration.days}D" if duration.days else ""
        )
        text = f"P{date}{_clock(duration.seconds)}"
    text = "PT0M" if text == "P" else text
    if not _is_iso(text):
        raise ValueError("That is longer than anybody waits. Write a shorter time")
    return text


def _clock(seconds: int) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        "T"
        + (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{rest}S" if rest else "")
    )
