"""``sending.…``: hours, limits and days off, as the owner writes them, and what the rules read in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from app.model.durations import is_duration
from app.model.kinds import KINDS, WEEKDAYS
from app.model.rules import ALL_DAYS, Rate, Window
from app.support.settings.parts import Part

CHANNELS: Final = tuple(
    sorted(
        {
            kind.channel
            for kind in KINDS.values()
            if kind.channel and kind.policy == "person" and not kind.waits_on_page
        }
    )
)
"""Channels by which people are written to."""
RECEIVERS: Final = ("gmail", "microsoft", "other", "yahoo")
TABLES: Final = ("sending.window", "sending.ceiling", "sending.rate", "sending.daily")
"""Settings that are tables by channel or receiver: ``sending.ceiling.email=500``."""
ALWAYS: Final = "always"
WINDOWS: Final[Mapping[str, str]] = {
    channel: "08:00-21:00" if channel == "email" else "09:00-20:00" for channel in CHANNELS
}
"""When advertising goes out unless the owner says otherwise; a phone is left in peace for longer."""
CEILING: Final = 200
"""Rule 22: so many messages a day and channel a workspace starts with."""
_SECONDS: Final = {"s": 1, "sec": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86_400}
_RATE: Final = re.compile(r"(\d{1,9}) ?/ ?([a-z]+)")
_HOURS: Final = re.compile(r"(?:(?P<days>[a-z,-]+) +)?(?P<opens>\d\d:\d\d) ?- ?(?P<closes>\d\d:\d\d)")
_REGION: Final = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,6})?")


def window_of(text: str) -> Window | None:
    """“08:00-21:00”, “mon-sat 09:00-20:00”, or “always”, which is None; ValueError otherwise."""
    text = text.strip().lower()
    if text == ALWAYS:
        return None
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(_HOURS_WANTED)
    opens, closes = _time(found["opens"]), _time(found["closes"])
    if opens >= closes:
        raise ValueError("has to open before it closes; the night cannot be chosen")
    return Window(opens, closes, _days(found["days"] or ""))


_HOURS_WANTED: Final = "has to be hours such as 08:00-21:00 or mon-sat 09:00-20:00, or always"


def _time(text: str) -> time:
    if text == "24:00":
        return time.max
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_HOURS_WANTED) from error


def _days(text: str) -> frozenset[int]:
    """“mon-fri”, “mon,wed,sat-sun”; every day for none."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(_HOURS_WANTED)
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found |= {(begin + ahead) % 7 for ahead in range((end - begin) % 7 + 1)}
    return frozenset(found) or ALL_DAYS


def rates_of(text: str) -> tuple[Rate, ...]:
    """“30/min, 500/day”; ValueError otherwise."""
    found = []
    for part in text.split(","):
        match = _RATE.fullmatch(part.strip().lower())
        if match is None or match[2] not in _SECONDS or not int(match[1]):
            raise ValueError("has to be numbers such as 30/min, 500/day")
        found.append(Rate(int(match[1]), _SECONDS[match[2]]))
    return tuple(found)


def business_of(text: str) -> Mapping[int, Window]:
    """“mon-fri 09:00-18:00, sat 10:00-14:00” by weekday; ValueError otherwise."""
    found: dict[int, Window] = {}
    for part in text.split(";"):
        window = window_of(part)
        if window is None:
            raise ValueError(_BUSINESS_WANTED)
        found.update(dict.fromkeys(sorted(window.days), Window(window.opens, window.closes)))
    return found


_BUSINESS_WANTED: Final = "has to be hours such as mon-fri 09:00-18:00; sat 10:00-14:00"


def _hours(text: str) -> str:
    window_of(text)
    return text.strip().lower()


def _rates(text: str) -> str:
    rates_of(text)
    return text.strip()


def _business(text: str) -> str:
    business_of(text)
    return text.strip().lower()


def _channel(name: str) -> str:
    if name not in CHANNELS:
        raise ValueError(f"is no channel; there are {', '.join(CHANNELS)}")
    return name


def _receiver(name: str) -> str:
    if name not in RECEIVERS:
        raise ValueError(f"is no receiver; there are {', '.join(RECEIVERS)}")
    return name


def _region(text: str) -> str:
    if text and not _REGION.fullmatch(text):
        raise ValueError("has to be a country or a part of one, such as DE or DE-BY")
    return text.upper()


def _length(text: str) -> str:
    if not is_duration(text):
        raise ValueError("has to be a length of time such as P7D or PT24H")
    return text


Channel = Annotated[str, AfterValidator(_channel)]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]


class SendingSettings(Part):
    """``sending.…``: what the policy asks besides consent."""

    window: dict[Channel, Annotated[str, AfterValidator(_hours)]] = Field(default_factory=dict)
    """When advertising may go out, on the person's own clock; ``WINDOWS`` where nothing is said."""
    ceiling: dict[Channel, Number] = Field(default_factory=dict)
    """The most on one day; ``CEILING`` where nothing is said, 0 for none."""
    rate: dict[Channel, Annotated[str, AfterValidator(_rates)]] = Field(default_factory=dict)
    """What a channel may send in any such time; nothing said: as fast as it takes them."""
    daily: dict[Annotated[str, AfterValidator(_receiver)], Number] = Field(default_factory=dict)
    """The most letters of one day to a large receiver; nothing said or 0: any number."""
    cap: Number = 4
    """So much advertising one person gets at most, over all flows and channels; 0: no cap.

    Four a week is one every other day: each chain that comes along fits into it, and two that meet in one
    person do not pile up.
    """
    cap_important: Number = 6
    """So far an important one may go beyond it."""
    cap_within: Annotated[str, AfterValidator(_length)] = "P7D"
    holidays: Annotated[str, AfterValidator(_region)] = ""
    """Whose public holidays keep advertising back; nothing said: none, for no law asks for it everywhere."""
    closed: tuple[date, ...] = ()
    """The shop's own days off."""
    business: Annotated[str, AfterValidator(_business)] = "mon-fri 09:00-18:00"
    """Opening hours of the shop."""
    warm_up_since: date | None = None
    """A new sending domain began on this day."""
    warm_up_first: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    warm_up_factor: Annotated[float, Field(ge=1, le=10)] = 1.5
