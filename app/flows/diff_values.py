"""How the values of settings are said where a difference is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from app.flows.diff import ABSENT
from app.flows.words import together
from app.model.durations import parse_duration
from app.model.kinds import Setting, SettingType

_SHORT: Final = 48
_SPACE: Final = re.compile(r"\s+")
_UNITS: Final = (("hour", 3_600), ("minute", 60), ("second", 1))
_NAMES: Final = frozenset(
    {SettingType.EVENTS, SettingType.REACTIONS, SettingType.TAGS, SettingType.LINES, SettingType.CHOICES}
)


def is_list(setting: Setting | None) -> bool:
    """Whether its value is a list of names."""
    return setting is not None and setting.type in _NAMES


def long_duration(text: object) -> str:
    """“1 hour 30 minutes” for ``PT1H30M``; empty for what is no duration."""
    try:
        duration = parse_duration(text) if isinstance(text, str) else None
    except ValueError:
        return ""
    if duration is None:
        return ""
    said = [_counted(duration.months, "month")] if duration.months else []
    days, seconds = duration.days, duration.seconds
    if days and days % 7 == 0:
        said.append(_counted(days // 7, "week"))
    elif days:
        said.append(_counted(days, "day"))
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        said += [_counted(count, unit)] if count else []
    return " ".join(said) or "0 minutes"


def instead(new: str, old: str) -> str:
    """“2 hours instead of 1”: the unit is said once where both have the same single one."""
    parts, others = new.split(" "), old.split(" ")
    if len(parts) == len(others) == 2 and parts[1].rstrip("s") == others[1].rstrip("s"):
        return f"{new} instead of {others[0]}"
    return f"{new} instead of {old}"


def said_value(setting: Setting | None, value: object) -> str:
    """One value as the inspector would say it, on one short line."""
    if value is ABSENT or value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if setting is not None:
        words = dict(setting.choices)
        if isinstance(value, str) and value in words:
            return f"“{words[value]}”"
        if setting.type is SettingType.DURATION:
            return long_duration(value) or quoted(value)
        if is_list(setting) and isinstance(value, (list, tuple)):
            return together([quoted(words.get(str(one), one)) for one in value], 6) or "nothing"
    return quoted(value)


def quoted(value: object) -> str:
    """Between quotation marks, cut where it is long; a thing with parts as JSON."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    return f"“{cut(text)}”"


def cut(text: str, most: int = _SHORT) -> str:
    """On one line, with “…” where it was longer."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def text_parts(old: str, new: str) -> tuple[str, str]:
    """The words of each that the other has not, with a word around them: where two long texts differ."""
    before, after = old.split(), new.split()
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    most = min(len(before), len(after)) - start
    while end < most and before[-1 - end] == after[-1 - end]:
        end += 1
    return " ".join(before[start : len(before) - end]), " ".join(after[start : len(after) - end])


def list_change(setting: Setting, old: object, new: object) -> str:
    """“now has “clicked”, no longer “opened””; empty where one of them is no list."""
    if not isinstance(old, (list, tuple)) or not isinstance(new, (list, tuple)):
        return ""
    words = dict(setting.choices)
    come = [quoted(words.get(str(one), one)) for one in new if one not in old]
    gone = [quoted(words.get(str(one), one)) for one in old if one not in new]
    if not come and not gone:
        return "is in another order" if len(old) == len(new) else "has one of its entries more or less often"
    parts = [f"now has {together(come, 6)}"] if come else []
    parts += [f"no longer has {together(gone, 6)}"] if gone else []
    return " and ".join(parts)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _plain(value: object) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
