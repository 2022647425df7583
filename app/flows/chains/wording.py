"""The words of one step: its kind, title, times, events, reactions, and in brackets all the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from app.flows.chains import deeds
from app.flows.chains.words import SPOKEN, names_of, quoted, short_clock, short_duration, written
from app.model.flow import Node
from app.model.kinds import KINDS, WEEKDAYS

_KEY: Final = re.compile(r"[^\s=|,\[\]\"]+")

Rest = dict[str, Any]
"""Settings that are not said yet."""


def step_words(node: Node, *, after: bool) -> tuple[str, str]:
    """What stands before and behind a step's label. ``after``: its time-out is said by a way."""
    rest = dict(node.settings)
    if after:
        del rest["timeout"]
    if node.kind == "set" and (tagged := _tags(rest)):
        title = [quoted(node.title)] if node.title else []
        words = [tagged, *title]
    else:
        told = _ARGUMENTS.get(node.kind, _reactions)(node, rest)
        has_title = node.title or any('"' in one for one in told)
        words = [_kind_words(node.kind, told), *([quoted(node.title)] if has_title else []), *told]
    return " ".join(words), f" {bracketed(rest, node.extra)}" if rest or node.extra else ""


def bracketed(settings: Mapping[str, Any], extra: Mapping[str, Any]) -> str:
    """What stands in brackets: ``[name=value, name=value | name=value]``."""
    known = ", ".join(map(_setting, settings.items()))
    unknown = ", ".join(map(_setting, extra.items()))
    return f"[{known}{' | ' if known else '| '}{unknown}]" if unknown else f"[{known}]"


def _setting(item: tuple[str, Any]) -> str:
    name, value = item
    key = name if _KEY.fullmatch(name) else quoted(name)
    return f"{key}={json.dumps(value, ensure_ascii=False, default=_plain).translate(_UNSEEN)}"


_UNSEEN: Final = {number: f"\\u{number:04x}" for number in (0x7F, 0x85, 0x2028, 0x2029)}


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    message = f"a flow cannot hold a {type(value).__name__}"
    raise TypeError(message)


def _kind_words(kind: str, told: list[str]) -> str:
    if kind not in KINDS:
        return f"kind {quoted(kind)}"
    if kind == "wait" and told:
        return "wait"
    return SPOKEN.get(kind, kind)


def _tags(rest: Rest) -> str:
    for setting, word in (("add_tags", "tag"), ("remove_tags", "untag")):
        names = names_of(rest.get(setting))
        if names and len(rest) == 1:
            del rest[setting]
            return f"{word} {_listed(names)}"
    return ""


def _reactions(node: Node, rest: Rest) -> list[str]:
    kind = KINDS.get(node.kind)
    names = names_of(rest.get("reactions"))
    if kind is None or kind.setting("reactions") is None or names is None:
        return []
    del rest["reactions"]
    return [", ".join(name if name in kind.reactions else quoted(name) for name in names)]


def _delay(_node: Node, rest: Rest) -> list[str]:
    return _duration(rest, "for")


def _wait(_node: Node, rest: Rest) -> list[str]:
    names = names_of(rest.get("events"))
    if names is None:
        return []
    del rest["events"]
    return [f"for {_listed(names)}", *_duration(rest, "timeout")]


def _event(_node: Node, rest: Rest) -> list[str]:
    names = names_of(rest.get("events"))
    told = []
    if names is not None:
        del rest["events"]
        told.append(_listed(names))
    return told + [f"quiet {length}" for length in _duration(rest, "quiet_for")]


def _until(_node: Node, rest: Rest) -> list[str]:
    told = []
    days = names_of(rest.get("weekdays"))
    if days is not None and set(days) <= set(WEEKDAYS):
        del rest["weekdays"]
        told.append(", ".join(days))
    clock = short_clock(rest.get("time"))
    if clock is not None:
        del rest["time"]
        told.append(clock)
    told += _duration(rest, "since_entry")
    if rest.get("business") is True:
        del rest["business"]
        told.append("open")
    return told


def _duration(rest: Rest, setting: str) -> list[str]:
    short = short_duration(rest.get(setting))
    if short is None:
        return []
    del rest[setting]
    return [short]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(written, names))


_ARGUMENTS: Final[Mapping[str, Callable[[Node, Rest], list[str]]]] = {
    "delay": _delay,
    "wait": _wait,
    "until": _until,
    "entry.event": _event,
    "reach": deeds.reach(_reactions),
    **deeds.TELLERS,
}
