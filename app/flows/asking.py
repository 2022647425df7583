"""Conditions in words, to stand behind “people who” or “whether they”."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.flows.checks.values import is_list
from app.flows.diff_values import long_duration, quoted
from app.flows.telling import did_event, name_of, reacted
from app.flows.words import together
from app.model.conditions import OPERATORS, faults
from app.model.flow import Flow, Node
from app.model.kinds import FAILED_REASONS, KINDS
from app.model.rungs import rung_named

_COMPARED: Final[Mapping[str, str]] = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "more_than": "is more than",
    "less_than": "is less than",
}
_CHANNELS: Final = {kind.channel: kind.title for kind in KINDS.values() if kind.needs_consent}
_NOWHERE: Final = Flow("")


def condition_words(condition: object, flow: Flow = _NOWHERE) -> str:
    """“have the tag “regular” and completed an order 2 times in the last 30 days”; empty for one that cannot
    be asked. ``flow`` knows the titles of messages."""
    if not isinstance(condition, Mapping) or any(faults(condition)):
        return ""
    return _said(condition, flow, is_inner=False)


def _said(condition: Mapping[str, Any], flow: Flow, *, is_inner: bool = True) -> str:
    for group, joined in (("all", " and "), ("any", " or ")):
        if group in condition:
            told = [_said(part, flow) for part in condition[group]]
            words = joined.join(told)
            return f"({words})" if is_inner and len(told) > 1 else words
    if "not" in condition:
        return f"not {_said(condition['not'], flow)}"
    teller = next(tell for head, tell in _TELLERS.items() if head in condition)
    return teller(condition, flow)


def _value(condition: Mapping[str, Any], _flow: Flow) -> str:
    head = next(name for name in ("property", "entry", "field") if name in condition)
    operator = next(name for name in OPERATORS if name in condition)
    whose = {"property": "", "entry": " of the start", "field": " of it"}[head]
    name, wanted = f"{quoted(condition[head])}{whose}", condition[operator]
    if operator == "known":
        return f"{name} is known" if wanted else f"{name} is not known"
    return f"{name} {_COMPARED[operator]} {quoted(wanted)}"


def _tag(condition: Mapping[str, Any], _flow: Flow) -> str:
    return f"have the tag {quoted(condition['tag'])}"


def _segment(condition: Mapping[str, Any], _flow: Flow) -> str:
    return f"are in the segment {quoted(condition['segment'])}"


def _consent(condition: Mapping[str, Any], _flow: Flow) -> str:
    topic = condition.get("topic")
    about = f" about {quoted(topic)}" if topic else ""
    return f"agreed to {_CHANNELS.get(condition['consent'], condition['consent'])}{about}"


def _event(condition: Mapping[str, Any], flow: Flow) -> str:
    times, since = int(condition.get("times", 1)), str(condition.get("since", "entry"))
    told = did_event([condition["event"]])
    if times > 1:
        told += f" {times} times"
    told += {"entry": " since the start", "ever": ""}.get(since, f" in the last {long_duration(since)}")
    where = condition.get("where")
    return f"{told}, where {_said(where, flow)}" if where is not None else told


def _message(condition: Mapping[str, Any], flow: Flow) -> str:
    name = condition["message"]
    node: Node | None = flow.by_id.get(name) or rung_named(flow, name)
    called = name_of(node) if node else quoted(name)
    if "reaction" in condition:
        return reacted(condition["reaction"], called)
    wanted = condition["failed"]
    reasons = [wanted] if isinstance(wanted, str) else list(wanted) if is_list(wanted) else []
    why = together([FAILED_REASONS.get(reason, reason) for reason in reasons], 4)
    return f"could not get {called}" + (f" ({why})" if why else "")


_TELLERS: Final[Mapping[str, Callable[[Mapping[str, Any], Flow], str]]] = {
    "tag": _tag,
    "segment": _segment,
    "consent": _consent,
    "event": _event,
    "message": _message,
    "property": _value,
    "entry": _value,
    "field": _value,
}
