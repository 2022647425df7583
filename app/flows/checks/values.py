"""One judge per type of setting: what is wrong with a value, as the end of a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard

from app.flows.repeats import fault_of
from app.model.conditions import faults
from app.model.durations import parse_duration
from app.model.kinds import Setting, SettingType
from app.model.rungs import MOST_RUNGS, RUNG_KINDS

LONGEST: Final = timedelta(days=3_660)
_MOST_ITEMS: Final = 200
_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FIELD: Final = re.compile(r"(property|entry):\S.{0,99}")
_OUTLETS_OF_OURS: Final = frozenset({"sent", "timeout", "failed"})
_HEAVIEST: Final = 1_000_000
_TRY_FOR: Final = Setting("timeout", SettingType.DURATION, "Try for")

Judge = Callable[[Setting, Any], str]


def complaint(setting: Setting, value: Any) -> str:
    """What is wrong with the value, such as “is not a length of time”; empty when nothing is."""
    return _JUDGES[setting.type](setting, value)


def is_missing(value: Any) -> bool:
    """Whether the author has left it empty."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, (list, tuple, Mapping)) and not value)


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether it is a JSON list; a tuple made by our own code counts."""
    return isinstance(value, (list, tuple))


def moment_of(value: Any) -> datetime | None:
    """The moment of an RFC 3339 text with a zone, else None."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _line(setting: Setting, value: Any) -> str:
    if isinstance(value, str) and len(value.splitlines()) > 1:
        return "has more than one line"
    return _text(setting, value)


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str):
        return "is not a text"
    if len(value) > setting.max_length:
        return f"is {len(value):,} characters long, and {setting.max_length:,} is the most"
    return ""


def _number(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124
        return "is not a number"
    if setting.minimum is not None and value < setting.minimum:
        return f"is less than {setting.minimum:g}"
    if setting.maximum is not None and value > setting.maximum:
        return f"is more than {setting.maximum:g}"
    return ""


def _flag(_setting: Setting, value: Any) -> str:
    return "" if isinstance(value, bool) else "is neither yes nor no"


def _choice(setting: Setting, value: Any) -> str:
    words = [stored for stored, _ in setting.choices]
    return "" if value in words else f"is none of {', '.join(words)}"


def _choices(setting: Setting, value: Any) -> str:
    if not is_list(value):
        return "is not a list"
    return next((clause for item in value if (clause := _choice(setting, item))), "")


def _duration(setting: Setting, value: Any) -> str:
    try:
        duration = parse_duration(value)
    except (TypeError, ValueError):
        return "is not a length of time such as PT30M or P1D"
    if duration.longest() > LONGEST:
        return "is longer than ten years"
    return "is no time at all" if duration.is_zero and setting.name == "timeout" else ""


def _time(_setting: Setting, value: Any) -> str:
    is_time = isinstance(value, str) and _TIME.fullmatch(value)
    return "" if is_time else "is not a time of day such as 09:30"


def _moment(_setting: Setting, value: Any) -> str:
    if isinstance(value, str) and (_FIELD.fullmatch(value) or moment_of(value)):
        return ""
    return "is neither a moment such as 2026-12-24T18:00:00+01:00 nor a field such as property:appointment"


def _name(_setting: Setting, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "is not a name"
    return "has a name of more than 100 characters" if len(value) > 100 else ""


def _names(setting: Setting, value: Any) -> str:
    if not is_list(value):
        return "is not a list"
    if len(value) > _MOST_ITEMS:
        return f"has more than {_MOST_ITEMS} entries"
    return next((clause for item in value if (clause := _name(setting, item))), "")


def _reactions(setting: Setting, value: Any) -> str:
    clause = _names(setting, value)
    if clause:
        return clause
    taken = [name for name in value if name in _OUTLETS_OF_OURS]
    return f"holds “{taken[0]}”, which is no reaction" if taken else ""


def _condition(_setting: Setting, value: Any) -> str:
    clause = next(faults(value), "")
    return f"cannot be asked: {clause}" if clause else ""


def _ways(_setting: Setting, value: Any) -> str:
    if not is_list(value) or not all(isinstance(way, Mapping) for way in value):
        return "is not a list of ways"
    names = [way.get("name") for way in value]
    return _way_names(names, "else", "all others") or next(
        (clause for way in value if (clause := _way(way))), ""
    )


def _way_names(names: Sequence[Any], taken: str, whose: str) -> str:
    if len(names) > _MOST_ITEMS:
        return f"has more than {_MOST_ITEMS} ways"
    if not all(isinstance(name, str) and name.strip() for name in names):
        return "has a way without a name"
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        return f"has two ways called “{double}”"
    return f"has a way called “{taken}”, which is the name for {whose}" if taken in names else ""


def _way(way: Mapping[str, Any]) -> str:
    clause = next(faults(way.get("when")), "")
    return f"has a way “{way['name']}” that cannot be asked: {clause}" if clause else ""


def _arms(_setting: Setting, value: Any) -> str:
    if not is_list(value) or not all(isinstance(arm, Mapping) for arm in value):
        return "is not a list of ways"
    clause = _way_names([arm.get("name") for arm in value], "hold-out", "those who get none of it")
    if clause:
        return clause
    wrong = next((arm["name"] for arm in value if not _is_weight(arm.get("weight"))), None)
    if wrong is not None:
        return f"has a way “{wrong}” whose weight is not a number from 0 to {_HEAVIEST:,}"
    return "" if any(arm["weight"] > 0 for arm in value) else "has no way that anybody takes: all weigh 0"


def _is_weight(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _HEAVIEST


def _rungs(_setting: Setting, value: Any) -> str:
    if not is_list(value) or not all(isinstance(rung, Mapping) for rung in value):
        return "is not a list of ways to try"
    if len(value) > MOST_RUNGS:
        return f"has more than {MOST_RUNGS} ways"
    return next((clause for number, rung in enumerate(value, 1) if (clause := _rung(number, rung))), "")


def _rung(number: int, rung: Mapping[str, Any]) -> str:
    if rung.get("kind") not in RUNG_KINDS:
        return f"has a way {number} that is none of {', '.join(RUNG_KINDS)}"
    if not isinstance(rung.get("settings", {}), Mapping):
        return f"has a way {number} without proper settings"
    clause = "" if is_missing(rung.get("try_for")) else complaint(_TRY_FOR, rung["try_for"])
    return f"has a way {number} whose time {clause}" if clause else ""


def _repeat(_setting: Setting, value: Any) -> str:
    return fault_of(value)


def _properties(setting: Setting, value: Any) -> str:
    if not isinstance(value, Mapping):
        return "is not a list of fields"
    for name, content in value.items():
        if _name(setting, name):
            return "has a field without a proper name"
        if not (content is None or isinstance(content, (str, int, float))):
            return f"sets “{name}” to something that is no text, number, yes or no"
    return ""


def _url(setting: Setting, value: Any) -> str:
    clause = _line(setting, value)
    if clause or value.startswith(("https://", "http://", "{{", "{%")):
        return clause
    return "does not begin with https://"


_JUDGES: Final[Mapping[SettingType, Judge]] = {
    SettingType.LINE: _line,
    SettingType.TEXT: _text,
    SettingType.LIQUID_LINE: _line,
    SettingType.LIQUID_TEXT: _text,
    SettingType.NUMBER: _number,
    SettingType.FLAG: _flag,
    SettingType.CHOICE: _choice,
    SettingType.CHOICES: _choices,
    SettingType.DURATION: _duration,
    SettingType.TIME: _time,
    SettingType.MOMENT: _moment,
    SettingType.EVENT: _name,
    SettingType.EVENTS: _names,
    SettingType.REACTIONS: _reactions,
    SettingType.CONDITION: _condition,
    SettingType.WAYS: _ways,
    SettingType.PROPERTY: _name,
    SettingType.PROPERTIES: _properties,
    SettingType.TAGS: _names,
    SettingType.URL: _url,
    SettingType.LINES: _names,
    SettingType.SEGMENT: _name,
    SettingType.FLOW: _name,
    SettingType.ARMS: _arms,
    SettingType.RUNGS: _rungs,
    SettingType.REPEAT: _repeat,
}
