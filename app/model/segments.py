"""Segments: groups of contacts that a rule describes, and the entries that wait for people or dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.model.conditions import faults

if TYPE_CHECKING:
    from datetime import datetime

WATCHED: Final = "watched"
"""Under this name the engine remembers which segments and dates it watches (``app.engine.watched``). While
nothing stands there, no change of a contact is noted for a second look."""
_LONGEST_NAME: Final = 100
_GROUPS: Final = ("all", "any")


@dataclass(frozen=True, slots=True)
class Segment:
    """Everybody for whom ``rule`` holds: a condition without ``entry``, ``field``, ``message`` and
    ``segment`` outside of an event's ``where``."""

    id: int
    name: str
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """One line of the list of segments."""

    name: str
    rule: Mapping[str, Any]
    size: int | None = None
    """How many people are in it, where a published flow watches it; others are counted when somebody asks."""
    flows: tuple[str, ...] = ()
    """Names of the flows under way that use it, so that it can be neither renamed nor deleted."""


@dataclass(frozen=True, slots=True)
class Member:
    """A contact comes into a watched segment, or (``since`` None) leaves it."""

    segment_id: int
    contact_id: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Dated:
    """The next moment at which an ``entry.date`` lets a contact in; ``due_at`` None: there is none."""

    flow_id: int
    node: str
    contact_id: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A node that goes through many people, some hundred at a time: all up to ``after`` have had their turn.

    An ``entry.schedule`` has one for its next round. ``entry.date`` and ``entry.segment`` have one only while
    they go through those who were there when their flow was published. ``due_at`` None: it is over.
    """

    flow_id: int
    node: str
    due_at: datetime | None
    after: int = 0


def name_fault(name: str) -> str:
    """What is wrong with a segment's name, as the end of a sentence; empty when nothing is."""
    if not name.strip():
        return "is empty"
    if name != name.strip() or len(name.splitlines()) > 1:
        return "has to be one line without spaces around it"
    return f"is longer than {_LONGEST_NAME} characters" if len(name) > _LONGEST_NAME else ""


def rule_faults(rule: object) -> list[str]:
    """What is wrong with a segment's rule, each a plain clause; nothing when people can be asked by it."""
    found = list(faults(rule))
    return found or list(dict.fromkeys(_misplaced(rule, of_event=False)))


def settled(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule without faults, with each “since” written out: there is no entry to count from."""
    for group in _GROUPS:
        if group in rule:
            return {**rule, group: [settled(part) for part in rule[group]]}
    if "not" in rule:
        return {**rule, "not": settled(rule["not"])}
    if "event" not in rule:
        return rule
    return {**rule, "since": rule.get("since", "ever")}


def _misplaced(rule: Any, *, of_event: bool) -> Iterator[str]:
    """What can be asked of a journey, but not of a person. ``of_event``: it is asked about one event."""
    inner = next((rule[group] for group in _GROUPS if group in rule), [rule["not"]] if "not" in rule else [])
    for part in inner:
        yield from _misplaced(part, of_event=of_event)
    if not inner:
        yield from _misplaced_leaf(rule, of_event=of_event)


def _misplaced_leaf(rule: Mapping[str, Any], *, of_event: bool) -> Iterator[str]:
    if "segment" in rule:
        yield "a segment cannot ask about another segment"
    elif "message" in rule or "entry" in rule:
        yield "a segment is about people, and knows nothing of a journey"
    elif "field" in rule and not of_event:
        yield "only an event has fields"
    elif "event" in rule and of_event:
        yield "what is asked about one event cannot ask for another"
    elif "event" in rule:
        if rule.get("since") == "entry":
            yield "a segment has no entry to count from: “since” is ever or a length of time such as P30D"
        if rule.get("where") is not None:
            yield from _misplaced(rule["where"], of_event=True)
