"""How the parts of a setting differ: ways of a check, arms of a split, rungs of a reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.flows.asking import condition_words
from app.flows.diff import ABSENT
from app.flows.diff_values import cut, instead, long_duration, quoted, said_value, text_parts
from app.flows.repeat_words import repeat_words
from app.flows.words import together
from app.model.flow import EMPTY, Flow
from app.model.kinds import KINDS, Setting, SettingType

_MOST = 6
_Named = Mapping[str, Mapping[str, Any]]


def said(setting: Setting | None, value: object) -> str:
    """One value as ``said_value`` says it, and what has parts in words too."""
    if value is ABSENT or setting is None:
        return said_value(setting, value)
    told = ""
    if setting.type is SettingType.CONDITION:
        told = quoted(condition_words(value)) if condition_words(value) else ""
    elif setting.type is SettingType.REPEAT:
        told = quoted(repeat_words(value)) if repeat_words(value) else ""
    elif setting.type is SettingType.RUNGS and _rungs(value) is not None:
        told = rung_words(value)
    elif setting.type is SettingType.ARMS and (arms := _named(value)) is not None:
        told = together([f"{quoted(name)} {quoted(arm.get('weight'))}" for name, arm in arms.items()], _MOST)
    return told or said_value(setting, value)


def ways_change(old: object, new: object, before: Flow, after: Flow) -> str:
    """“now has “vip” and asks something else for “new””; empty where one of them is no list of ways."""

    def other(names: list[str], was: _Named, now: _Named) -> str:
        told = f"asks something else for {together([quoted(one) for one in names], _MOST)}"
        if len(names) > 1:
            return told
        asked = condition_words(now[names[0]].get("when"), after)
        asked_before = condition_words(was[names[0]].get("when"), before)
        if not asked or not asked_before or asked == asked_before:
            return told
        return f"{told}: whether they {cut(asked, 120)}, instead of whether they {cut(asked_before, 120)}"

    return _change(old, new, other)


def arms_change(old: object, new: object) -> str:
    """“now has “c” and “a” weighs 70 instead of 50”; empty where one of them is no list of ways."""

    def other(names: list[str], was: _Named, now: _Named) -> str:
        weights = [(one, quoted(now[one].get("weight")), quoted(was[one].get("weight"))) for one in names]
        return together([f"{quoted(one)} weighs {new} instead of {old}" for one, new, old in weights], _MOST)

    return _change(old, new, other)


def _change(old: object, new: object, other: Callable[[list[str], _Named, _Named], str]) -> str:
    was, now = _named(old), _named(new)
    if was is None or now is None:
        return ""
    come = [quoted(one) for one in now if one not in was]
    gone = [quoted(one) for one in was if one not in now]
    changed = [one for one in now if one in was and now[one] != was[one]]
    parts = [f"now has {together(come, _MOST)}"] if come else []
    parts += [f"no longer has {together(gone, _MOST)}"] if gone else []
    parts += [other(changed, was, now)] if changed else []
    return " and ".join(parts) or "is in another order"


def _named(value: object) -> _Named | None:
    if value is ABSENT:
        return {}
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value):
        return None
    return {str(one.get("name", "")): one for one in value}


def rungs_change(old: object, new: object) -> str:
    """“tries SMS instead of popup, then SMS”, or what is different in its ways; empty where one of them is no
    list of rungs."""
    was, now = _rungs(old), _rungs(new)
    if was is None or now is None:
        return ""
    if [one.get("kind") for one in was] != [one.get("kind") for one in now]:
        return f"tries {rung_words(now)} instead of {rung_words(was)}"
    pairs = list(enumerate(zip(was, now, strict=True), 1))
    told = [clause for number, (one, other) in pairs if (clause := _rung_change(number, one, other))]
    return together(told, _MOST) or "says something else further on"


def rung_words(rungs: object) -> str:
    """“popup, then e-mail, then SMS”."""
    found = _rungs(rungs) or []
    names = [kind.title if (kind := KINDS.get(str(one.get("kind")))) else "something" for one in found]
    return ", then ".join(names) or "nothing"


def _rungs(value: object) -> list[Mapping[str, Any]] | None:
    if value is ABSENT:
        return []
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value):
        return None
    return list(value)


def _rung_change(number: int, was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    told = []
    if was.get("try_for") != now.get("try_for"):
        new, old = (long_duration(one.get("try_for")) or "no time" for one in (now, was))
        told.append(f"is tried for {instead(new, old)}")
    own, before = _settings(now), _settings(was)
    kind = KINDS.get(str(now.get("kind")))
    for name in dict.fromkeys((*before, *own)):
        if before.get(name) != own.get(name):
            setting = kind.setting(name) if kind else None
            label = quoted(setting.label if setting else name)
            told.append(_told(label, setting, before.get(name, ABSENT), own.get(name, ABSENT)))
    return f"way {number} {together(told, _MOST)}" if told else ""


def _told(label: str, setting: Any, was: object, now: object) -> str:
    is_text = setting is not None and setting.type in (SettingType.TEXT, SettingType.LIQUID_TEXT)
    if is_text and isinstance(was, str) and isinstance(now, str):
        gone, come = text_parts(was, now)
        return f"says {quoted(come)} instead of {quoted(gone)} in {label}"
    return f"has {said_value(setting, now)} as {label} instead of {said_value(setting, was)}"


def _settings(rung: Mapping[str, Any]) -> Mapping[str, Any]:
    own = rung.get("settings")
    return own if isinstance(own, Mapping) else EMPTY
