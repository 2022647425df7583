"""Single cells of a contact file, and what spreadsheets do to them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.sources import words
from app.sources.headers import folded, words_of
from app.support import addresses

_INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"
_SCIENTIFIC: Final = re.compile(r"\+?(\d)(?:[.,](\d+))?[eEеЕ]\+?(\d{1,2})")
_FLOAT: Final = re.compile(r"(\+?\d+)[.,]0+")
_MARKS: Final = ("'", "=")
_TEXT_MARK: Final = re.compile(r"\A'(?=[=+\-@\d\t\r])")
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
_IN_BRACKETS: Final = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
_SEVERAL: Final = re.compile("[<:;,\n]")
_PARTED: Final = re.compile(r"\s*:::\s*|[;\n]")
_ISO_DATE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](.+))?")
_WRITTEN_DATE: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?\s+(.+))?")
_CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_SERIAL: Final = re.compile(r"(\d{1,5})(?:[.,](\d+))?")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[.@].*)?")
_LAST_SERIAL: Final = 73_050
"""31 December 2099."""
_LEAP_BUG: Final = 60
"""The spreadsheet's 29 February 1900, a day that never was."""
_BEFORE_BUG, _AFTER_BUG = date(1899, 12, 31), date(1899, 12, 30)


class DigitsLostError(Exception):
    """A spreadsheet has rounded the number: no one can tell what it was."""


class Answer(Enum):
    """What a consent cell says."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()
    """Blank, or the file itself says that it is not known."""
    SUPPRESSED = auto()
    NOT_UNDERSTOOD = auto()


def clean(text: str) -> str:
    """Without blanks around it, and without what says “this is text”: ``'+49…``, ``="0151…"``."""
    text = text.strip()
    if not text.isascii():
        text = text.strip(_INVISIBLE).strip()
    if text[:1] not in _MARKS:
        return text
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula.group(1).strip() if formula else _TEXT_MARK.sub("", text, count=1)


def email_addresses(text: str) -> list[str]:
    """The addresses of one cell as they are written: several may stand in it, or a name before one."""
    if not _SEVERAL.search(text):
        return [text]
    found = []
    for part in re.split(r"\s*:::\s*|[;,\n]", text):
        inner = _IN_BRACKETS.search(part)
        address = (inner.group(1) if inner else part).strip().removeprefix("mailto:")
        if address:
            found.append(address)
    return found


def phone_texts(text: str) -> list[str]:
    """The phone numbers of one cell as they are written."""
    parts: list[str] = []
    for part in _PARTED.split(text):
        is_number = _SCIENTIFIC.fullmatch(part.strip()) or _FLOAT.fullmatch(part.strip())
        parts += [part] if is_number else part.split(",")
    return [part.strip() for part in parts if part.strip()]


def phone_number(text: str, region: str) -> str:
    """E.164. DigitsLostError when a spreadsheet rounded it, UserError when it is none."""
    return addresses.phone_number(whole_number(text.lstrip("'")), region)


def whole_number(text: str) -> str:
    """An id or phone number as it was before a spreadsheet made a number of it, else DigitsLostError."""
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        first, decimals, exponent = scientific.group(1), scientific.group(2) or "", int(scientific.group(3))
        if len(decimals) != exponent or decimals.endswith("0000"):
            raise DigitsLostError
        return first + decimals
    float_ = _FLOAT.fullmatch(text)
    return float_.group(1) if float_ else text


def answer(text: str) -> Answer:
    """What a consent cell says, in any of the languages of ``app.sources.words``."""
    text = text.strip().casefold()
    return _answer(text[:-2] if text in {"1.0", "0.0", "1,0", "0,0"} else text) if text else Answer.UNKNOWN


@lru_cache(maxsize=512)
def _answer(text: str) -> Answer:
    said = {text, folded(text)}
    if said & words.YES:
        return Answer.YES
    if said & words.NO:
        return Answer.NO
    if said & words.SUPPRESSED:
        return Answer.SUPPRESSED
    if said & words.NEVER_ASKED or not folded(text):
        return Answer.UNKNOWN
    return Answer.NOT_UNDERSTOOD


def status(text: str) -> Answer:
    """The same for a column that holds any status: only words that can mean nothing else count."""
    said = folded(text)
    if said in words.STATUS_YES:
        return Answer.YES
    if said in words.STATUS_NO:
        return Answer.NO
    return Answer.SUPPRESSED if said in words.SUPPRESSED - {"blocked"} else Answer.UNKNOWN


def iso_date(text: str) -> str:
    """A date, with its time if any, as ISO 8601 where it can mean only one day; else the text as it is."""
    found = _written(text) or _serial(text)
    return text if found is None else found.isoformat()


def moment(text: str) -> datetime | None:
    """The moment that a date cell names, in UTC where it names no zone; None when it cannot be told."""
    found = _written(text) or _serial(text)
    if found is None:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - the zone comes next
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def serial_date(days: int) -> date | None:
    """The day of a spreadsheet's day number (1 is 1 January 1900); None for the day that never was."""
    if days == _LEAP_BUG or not 1 <= days <= _LAST_SERIAL:
        return None
    return (_BEFORE_BUG if days < _LEAP_BUG else _AFTER_BUG) + timedelta(days=days)


def _written(text: str) -> date | datetime | None:
    found = _ISO_DATE.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups()[:3])
        return _with_time(year, month, day, found.group(4))
    found = _WRITTEN_DATE.fullmatch(text)
    if not found:
        return None
    one, sign, two, year = int(found.group(1)), found.group(2), int(found.group(3)), int(found.group(4))
    if sign == "." or one > 12 or one == two:
        return _with_time(year, two, one, found.group(5))
    return _with_time(year, one, two, found.group(5)) if two > 12 else None


def _with_time(year: int, month: int, day: int, clock: str | None) -> date | datetime | None:
    try:
        if not clock:
            return date(year, month, day)
        found = _CLOCK.fullmatch(clock.strip())
        if not found:
            return None
        hour, minute, second = (int(part or 0) for part in found.groups()[:3])
        zone = (found.group(4) or "").upper()
        offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
        return datetime.fromisoformat(
            f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"
        )
    except ValueError:
        return None


def _serial(text: str) -> date | datetime | None:
    found = _SERIAL.fullmatch(text)
    if not found:
        return None
    days, part = int(found.group(1)), found.group(2)
    if part is None and 1900 <= days <= 2100:  # rather a year
        return None
    day = serial_date(days)
    if day is None or not part or not int(part):
        return day
    seconds = round(float(f"0.{part}") * 86_400)
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - a wall time


def channels_named(text: str) -> tuple[str, ...]:
    """The channels of a list such as ``['email', 'sms']``; empty when anything else is in it."""
    named = words_of(text)
    known = tuple(dict.fromkeys(words.CHANNELS[word] for word in named if word in words.CHANNELS))
    return known if all(word in words.CHANNELS or word in words.OTHER_CHANNELS for word in named) else ()


def tags(text: str) -> frozenset[str]:
    """The tags of one cell, parted by commas, semicolons, line breaks or `` ::: ``."""
    parts = (part.strip(" \t\"'*") for part in re.split(r":::|[,;\n]", text))
    return frozenset(part for part in parts if part)


@lru_cache(maxsize=1024)
def zone(text: str) -> str:
    """The IANA name, empty when it is none."""
    try:
        return ZoneInfo(text).key if "/" in text or text == "UTC" else ""
    except (ValueError, OSError, KeyError):
        return ""


def language(text: str) -> str:
    """A language tag such as ``de`` or ``pt-BR``, empty when it is none."""
    known = words.LANGUAGES.get(text.casefold())
    if known:
        return known
    found = _LANGUAGE.fullmatch(text)
    if not found:
        return ""
    return found.group(1).lower() + (f"-{found.group(2).upper()}" if found.group(2) else "")


def split_name(full: str, *, last_first: bool = False) -> tuple[str, str]:
    """First and last name; ``Last, First`` is understood, ``last_first`` is what the header says."""
    if "," in full:
        last, first = (part.strip() for part in full.split(",", 1))
        return first, last
    parts = full.split()
    if last_first:
        return (parts[1] if len(parts) > 1 else ""), parts[0]
    return parts[0], " ".join(parts[1:])
