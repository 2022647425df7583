"""The words of a chain: kinds, durations, times and days, and how they are written and read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from app.model.durations import parse_duration
from app.model.kinds import KINDS, WEEKDAYS

SPOKEN: Final[Mapping[str, str]] = {
    "entry.event": "event",
    "entry.segment": "segment",
    "entry.date": "date",
    "entry.schedule": "schedule",
    "entry.reply": "writes to us",
    "entry.manual": "start",
    "task": "call back",
    "reach": "first that works",
    "delay": "wait",
    "wait": "for an event",
    "start": "start flow",
    "split": "split",
}
"""Words for kinds that are not called as in the flow file."""

_ALIASES: Final[Mapping[str, str]] = {
    "letter": "email",
    "mail": "email",
    "text": "sms",
    "text message": "sms",
    "call": "task",
    "callback": "task",
    "chat": "chat",
    "site chat": "chat",
    "pop-up": "popup",
    "by hand": "entry.manual",
    "manual": "entry.manual",
    "reply": "entry.reply",
    "start a flow": "start",
    "stop": "end",
    "exit": "end",
    "success": "goal",
    "pause": "delay",
    "wait until": "until",
    "delay": "delay",
    "tag": "set",
    "untag": "set",
}
BASKET: Final = {"events": ["basket_added", "basket_changed"], "quiet_for": "PT30M"}
"""What the word “basket” stands for: an entry.event for baskets that were left."""


def _table() -> dict[str, str]:
    found = {kind.title.lower(): kind.name for kind in KINDS.values()}
    found |= {name: name for name in KINDS if name not in ("start", "wait")}
    found |= _ALIASES
    found |= {words: kind for kind, words in SPOKEN.items()}
    return found | {"basket": "entry.event", "kind": ""}


KIND_WORDS: Final[Mapping[str, str]] = _table()
"""By words in lower case, one space between: the kind they mean; “kind” is followed by a raw kind."""
LONGEST_KIND: Final = max(len(words.split()) for words in KIND_WORDS)

_UNITS: Final = {
    "s": "S", "sec": "S", "secs": "S", "second": "S", "seconds": "S",
    "m": "M", "min": "M", "mins": "M", "minute": "M", "minutes": "M",
    "h": "H", "hour": "H", "hours": "H",
    "d": "D", "day": "D", "days": "D",
    "w": "W", "week": "W", "weeks": "W",
    "mo": "MO", "month": "MO", "months": "MO",
    "y": "Y", "year": "Y", "years": "Y",
}  # fmt: skip
_PART: Final = re.compile(r"(\d{1,6})([a-z]+)")
_SHORT: Final = re.compile(r"(?:\d{1,6}[a-z]+)+")
_ISO: Final = re.compile(r"P[\dA-Z]*")
_ORDER: Final = ("Y", "MO", "W", "D", "H", "M", "S")
_ISO_PART: Final = re.compile(r"(\d+)([A-Z])")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)")
_BARE: Final = re.compile(r"[^\W\d][\w.-]*")
_DAYS: Final = {day: day for day in WEEKDAYS} | {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu",
    "friday": "fri", "saturday": "sat", "sunday": "sun",
}  # fmt: skip
DAY_WORDS: Final[Mapping[str, str]] = _DAYS
CHANNELS: Final = tuple(kind.channel for kind in KINDS.values() if kind.needs_consent)
"""What a person may agree to."""
_SUGAR: Final = frozenset(
    "yes no after before quiet for or and on at until wait yearly open hold-out".split()  # noqa: SIM905
)


def duration_of(word: str) -> str | None:
    """``PT30M`` for “30m”, “30min” or “PT30M”; None when it is no duration."""
    if _ISO.fullmatch(word):
        return word if _is_duration(word) else None
    if not _SHORT.fullmatch(word.lower()):
        return None
    days, time, last = "P", "", -1
    for count, unit in _PART.findall(word.lower()):
        sign = _UNITS.get(unit)
        if sign is None or _ORDER.index(sign) <= last:
            return None
        last = _ORDER.index(sign)
        if sign in ("H", "M", "S"):
            time += f"{count}{sign}"
        else:
            days += f"{count}{'M' if sign == 'MO' else sign}"
    found = days + (f"T{time}" if time else "")
    return found if _is_duration(found) else None


def is_unit(word: str) -> bool:
    """Whether this word makes a duration of the number before it: “30 minutes”."""
    return word.lower() in _UNITS


def short_duration(value: object) -> str | None:
    """“30m” for ``PT30M``; None for what would not be read back as the very same."""
    if not isinstance(value, str) or not value.startswith("P"):
        return None
    days, _, time = value[1:].partition("T")
    parts = [(count, "mo" if unit == "M" else unit.lower()) for count, unit in _ISO_PART.findall(days)]
    parts += [(count, unit.lower()) for count, unit in _ISO_PART.findall(time)]
    short = "".join(count + unit for count, unit in parts)
    return short if short and duration_of(short) == value else None


def clock_of(word: str) -> str | None:
    """``09:00`` for “9:00”."""
    match = _CLOCK.fullmatch(word)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02}:{match[2]}"


def short_clock(value: object) -> str | None:
    """“9:00” for ``09:00``; None for what would not be read back as the very same."""
    if not isinstance(value, str):
        return None
    short = value.removeprefix("0")
    return short if clock_of(short) == value else None


def is_bare(name: str) -> bool:
    """Whether a name can stand without quotes and means nothing else."""
    lower = name.lower()
    is_word = _BARE.fullmatch(name) is not None and "->" not in name
    is_taken = lower in _SUGAR or lower in KIND_WORDS or lower in _DAYS or duration_of(name) is not None
    return is_word and not is_taken


def written(name: str) -> str:
    """A name without quotes where it can be, else with them."""
    return name if is_bare(name) else quoted(name)


def quoted(text: str) -> str:
    """A text in quotes, on one line."""
    # These break lines in fields and mails although they are no line breaks of JSON.
    return json.dumps(text, ensure_ascii=False).translate(_UNSEEN)


_UNSEEN: Final = {number: f"\\u{number:04x}" for number in (0x7F, 0x85, 0x2028, 0x2029)}


def close_to(word: str, known: Sequence[str]) -> str:
    """The known word that is meant, as far as one can tell; empty when none is near."""
    return next(iter(get_close_matches(word.lower(), known, 1, 0.6)), "")


def names_of(value: Any) -> list[str] | None:
    """A list of names that are not empty and all different; None for anything else."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    names = [one for one in value if isinstance(one, str) and one]
    return names if len(names) == len(value) == len(set(names)) else None


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True
