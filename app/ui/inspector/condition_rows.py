"""A condition as a tree of questions and groups for a form, and back, without Qt.

A form shows groups, “all”, “any”, “none” or “not all” of their parts, and questions. What no question can say
becomes a row of its own that is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.model.durations import is_duration
from app.model.flow import EMPTY
from app.model.kinds import FAILED_REASONS

VALUES: Final = ("property", "entry", "field")
SUBJECTS: Final = (*VALUES, "tag", "segment", "consent", "event", "message")
OTHER: Final = "other"
_COMPARISONS: Final = ("is", "is_not", "contains", "more_than", "less_than")
_NOT_CONTAINS: Final = "not-contains"
_YES_NO: Final = ("yes", "no")
OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        VALUES, ("is", "is_not", "contains", _NOT_CONTAINS, "more_than", "less_than", "known", "unknown")
    ),
    **dict.fromkeys(("tag", "segment", "consent", "event", "message"), _YES_NO),
}
SINCES: Final = ("entry", "ever")
"""Since when an event counts, where no length of time is named."""
FAILED: Final = "failed"
MODES: Final = ("all", "any", "none", "not-all")
_NEGATED: Final[Mapping[str, str]] = {"any": "none", "all": "not-all"}
_PLAIN: Final[Mapping[str, str]] = {"none": "any", "not-all": "all", "all": "all", "any": "any"}


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``value``: what is compared with; of a message a reaction, ``failed`` or reasons."""

    subject: str = "property"
    name: str = ""
    operator: str = "is"
    value: Any = ""
    topic: str = ""
    """Of a consent; empty: the whole channel."""
    since: str = "entry"
    """Of an event: ``entry``, ``ever`` or a length of time."""
    times: int = 1
    """How often an event has happened at least."""
    where: Mapping[str, Any] | None = None
    """What the event itself must fit."""
    kept: Mapping[str, Any] = EMPTY
    """All of a condition that the form does not show; of others what is written although it need not be."""

    @property
    def asks_value(self) -> bool:
        """Whether the form shows a value."""
        return self.subject == "message" or (
            self.subject in VALUES and self.operator not in ("known", "unknown")
        )

    @property
    def is_asked(self) -> bool:
        """Whether it says what it asks about."""
        return bool(self.name) or self.subject == OTHER


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that hold together. ``alone``: where only one is left, it is written without a list."""

    mode: str = "all"
    parts: tuple[Row | Group, ...] = ()
    alone: bool = False


def tree_of(condition: object) -> Group:
    """The condition as a group, which has no parts for no condition."""
    if not isinstance(condition, Mapping) or not condition:
        return Group(alone=True)
    part = _part(condition)
    return part if isinstance(part, Group) else Group("all", (part,), alone=True)


def condition_of(group: Group) -> dict[str, Any] | None:
    """The condition of the group; what asks nothing is left out, None when nothing is left."""
    parts = [made for part in group.parts if (made := _written(part)) is not None]
    if not parts:
        return None
    inside = parts[0] if group.alone and len(parts) == 1 else {_PLAIN[group.mode]: parts}
    return {"not": inside} if group.mode in _NEGATED.values() else inside


def _written(part: Row | Group) -> dict[str, Any] | None:
    if isinstance(part, Group):
        return condition_of(part)
    return _leaf(part) if part.is_asked else None


def _part(condition: Mapping[str, Any]) -> Row | Group:
    group = _group(condition)
    if group is not None:
        return group
    row = _row(condition)
    if row is not None and _leaf(row) == condition:
        return row
    inner = condition.get("not")
    if isinstance(inner, Mapping) and len(condition) == 1 and inner:
        return _negated_group(inner)
    return Row(OTHER, kept=condition)


def _group(condition: Mapping[str, Any]) -> Group | None:
    for mode in ("all", "any"):
        parts = condition.get(mode)
        listed = parts if len(condition) == 1 and isinstance(parts, (list, tuple)) else ()
        if listed and all(isinstance(part, Mapping) for part in listed):
            return Group(mode, tuple(_part(part) for part in listed), alone=len(listed) > 1)
    return None


def _negated_group(inner: Mapping[str, Any]) -> Group:
    group = _group(inner)
    if group is not None:
        return Group(_NEGATED[group.mode], group.parts, group.alone)
    return Group("none", (_part(inner),), alone=True)


def _row(condition: Mapping[str, Any]) -> Row | None:
    inner = condition.get("not")
    negated = isinstance(inner, Mapping) and len(condition) == 1
    leaf: Mapping[str, Any] = inner if isinstance(inner, Mapping) and negated else condition
    if any(head in leaf for head in VALUES):
        return _value_row(leaf, negated=negated)
    answer = "no" if negated else "yes"
    reader = next((read for head, read in _READERS.items() if head in leaf), None)
    return reader(leaf, answer) if reader else None


def _value_row(leaf: Mapping[str, Any], *, negated: bool) -> Row | None:
    subject = next(head for head in VALUES if head in leaf)
    name = str(leaf[subject])
    if "known" in leaf and not negated:
        return Row(subject, name, "known" if leaf["known"] else "unknown")
    if negated:
        return Row(subject, name, _NOT_CONTAINS, leaf["contains"]) if "contains" in leaf else None
    operator = next((one for one in _COMPARISONS if one in leaf), None)
    return Row(subject, name, operator, leaf[operator]) if operator else None


def _consent_row(leaf: Mapping[str, Any], answer: str) -> Row:
    return Row("consent", str(leaf["consent"]), answer, topic=str(leaf.get("topic") or ""))


def _event_row(leaf: Mapping[str, Any], answer: str) -> Row | None:
    since, times, where = leaf.get("since", "entry"), leaf.get("times", 1), leaf.get("where")
    if (since not in SINCES and not is_duration(since)) or not isinstance(times, int):
        return None
    return Row(
        "event",
        str(leaf["event"]),
        answer,
        since=since,
        times=times,
        where=where if isinstance(where, Mapping) else None,
        kept={name: leaf[name] for name in ("since", "times") if leaf.get(name) in ("entry", 1)},
    )


def _message_row(leaf: Mapping[str, Any], answer: str) -> Row:
    failed = leaf.get(FAILED)
    value = leaf.get("reaction") or (FAILED if failed is True else failed)
    if FAILED in leaf and isinstance(failed, str) and failed in FAILED_REASONS:
        return Row("message", str(leaf["message"]), answer, [failed], kept={FAILED: failed})
    return Row("message", str(leaf["message"]), answer, value or FAILED)


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], str], Row | None]]] = {
    "tag": lambda leaf, answer: Row("tag", str(leaf["tag"]), answer),
    "segment": lambda leaf, answer: Row("segment", str(leaf["segment"]), answer),
    "consent": _consent_row,
    "event": _event_row,
    "message": _message_row,
}


def _leaf(row: Row) -> dict[str, Any]:
    if row.subject == OTHER:
        return dict(row.kept)
    if row.subject in VALUES:
        return _value_leaf(row)
    leaf = _WRITERS[row.subject](row) if row.subject in _WRITERS else {row.subject: row.name}
    return {"not": leaf} if row.operator == "no" else leaf


def _value_leaf(row: Row) -> dict[str, Any]:
    if row.operator in ("known", "unknown"):
        return {row.subject: row.name, "known": row.operator == "known"}
    if row.operator == _NOT_CONTAINS:
        return {"not": {row.subject: row.name, "contains": row.value}}
    return {row.subject: row.name, row.operator: row.value}


def _consent(row: Row) -> dict[str, Any]:
    return {"consent": row.name, **({"topic": row.topic} if row.topic else {})}


def _event(row: Row) -> dict[str, Any]:
    more = {
        name: value
        for name, value, usual in (("since", row.since, "entry"), ("times", row.times, 1))
        if value != usual or row.kept.get(name) == usual
    }
    return {"event": row.name, **more, **({"where": row.where} if row.where else {})}


def _message(row: Row) -> dict[str, Any]:
    if row.value == FAILED:
        return {"message": row.name, FAILED: True}
    if isinstance(row.value, (list, tuple)):
        alone = row.kept.get(FAILED)
        return {"message": row.name, FAILED: alone if list(row.value) == [alone] else list(row.value)}
    return {"message": row.name, "reaction": row.value}


_WRITERS: Final[Mapping[str, Callable[[Row], dict[str, Any]]]] = {
    "consent": _consent,
    "event": _event,
    "message": _message,
}
