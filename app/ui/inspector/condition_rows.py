"""A condition as rows of a form and back, without Qt.

A form shows one group, “all” or “any”, of plain questions. What does not fit, such as a group in a group,
becomes a row of its own that is kept as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.model.flow import EMPTY

VALUES: Final = ("property", "entry", "field")
SUBJECTS: Final = (*VALUES, "tag", "consent", "event", "message")
OTHER: Final = "other"
_COMPARISONS: Final = ("is", "is_not", "contains", "more_than", "less_than")
_YES_NO: Final = ("yes", "no")
OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(VALUES, (*_COMPARISONS, "known", "unknown")),
    "tag": _YES_NO,
    "consent": _YES_NO,
    "event": ("entry", "ever", "not-entry", "not-ever"),
    "message": _YES_NO,
}
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``value``: what is compared with; of a message a reaction, ``failed`` or reasons."""

    subject: str = "property"
    name: str = ""
    operator: str = "is"
    value: Any = ""
    kept: Mapping[str, Any] = EMPTY
    """Parts that the form does not show: the ``where`` of an event, or all of another condition."""

    @property
    def asks_value(self) -> bool:
        """Whether the form shows a value."""
        return self.subject == "message" or (self.subject in VALUES and self.operator in _COMPARISONS)


def rows_of(condition: object) -> tuple[str, list[Row]]:
    """(``all`` or ``any``, its rows); no rows for no condition."""
    if not isinstance(condition, Mapping):
        return "all", []
    for mode in ("all", "any"):
        parts = condition.get(mode)
        if isinstance(parts, (list, tuple)) and len(condition) == 1:
            return mode, [_row(part) for part in parts if isinstance(part, Mapping)]
    return "all", [_row(condition)]


def condition_of(mode: str, rows: Sequence[Row]) -> dict[str, Any] | None:
    """The condition of these rows; rows without a name are left out, None when nothing is left."""
    parts = [_leaf(row) for row in rows if row.name or row.subject == OTHER]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {mode: parts}


def _row(condition: Mapping[str, Any]) -> Row:
    inner = condition.get("not")
    negated = isinstance(inner, Mapping) and len(condition) == 1
    leaf: Mapping[str, Any] = inner if isinstance(inner, Mapping) and negated else condition
    found = _value_row(leaf) if not negated else None
    found = found or _asking_row(leaf, negated=negated)
    if found is None or _leaf(found) != condition:
        return Row(OTHER, kept=condition)
    return found


def _value_row(leaf: Mapping[str, Any]) -> Row | None:
    subject = next((head for head in VALUES if head in leaf), None)
    if subject is None:
        return None
    if "known" in leaf:
        return Row(subject, str(leaf[subject]), "known" if leaf["known"] else "unknown")
    operator = next((name for name in _COMPARISONS if name in leaf), None)
    return Row(subject, str(leaf[subject]), operator, leaf[operator]) if operator else None


def _asking_row(leaf: Mapping[str, Any], *, negated: bool) -> Row | None:
    answer = "no" if negated else "yes"
    for subject in ("tag", "consent"):
        if subject in leaf:
            return Row(subject, str(leaf[subject]), answer)
    if "event" in leaf:
        since = leaf.get("since", "entry")
        kept = {key: value for key, value in leaf.items() if key != "event" and value != since}
        kept |= {"since": "entry"} if leaf.get("since") == "entry" else {}
        return Row("event", str(leaf["event"]), f"not-{since}" if negated else str(since), kept=kept)
    if "message" in leaf:
        failed = leaf.get(FAILED)
        value = leaf.get("reaction") or (FAILED if failed is True else failed)
        return Row("message", str(leaf["message"]), answer, value or FAILED)
    return None


def _leaf(row: Row) -> dict[str, Any]:
    if row.subject == OTHER:
        return dict(row.kept)
    if row.subject in VALUES:
        if row.operator in ("known", "unknown"):
            return {row.subject: row.name, "known": row.operator == "known"}
        return {row.subject: row.name, row.operator: row.value}
    if row.subject == "event":
        return _negated(_event(row), negated=row.operator.startswith("not-"))
    leaf = _message(row) if row.subject == "message" else {row.subject: row.name}
    return _negated(leaf, negated=row.operator == "no")


def _event(row: Row) -> dict[str, Any]:
    since = row.operator.removeprefix("not-")
    leaf: dict[str, Any] = {"event": row.name}
    if since != "entry":
        leaf["since"] = since
    return leaf | {key: value for key, value in row.kept.items() if key != "since" or since == "entry"}


def _message(row: Row) -> dict[str, Any]:
    if row.value == FAILED:
        return {"message": row.name, FAILED: True}
    if isinstance(row.value, (list, tuple)):
        return {"message": row.name, FAILED: list(row.value)}
    return {"message": row.name, "reaction": row.value}


def _negated(leaf: dict[str, Any], *, negated: bool) -> dict[str, Any]:
    return {"not": leaf} if negated else leaf
