"""Segments: groups of contacts that a rule describes, and the entries that wait for people or dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """Everybody for whom ``rule`` holds: a condition without ``entry``, ``field``, ``message`` and
    ``segment`` outside of an event's ``where``."""

    id: int
    name: str
    rule: Mapping[str, Any]


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
    """The next moment of an ``entry.schedule``, and how far its round is: everybody up to ``after`` has been
    let in. ``due_at`` None: it never comes again."""

    flow_id: int
    node: str
    due_at: datetime | None
    after: int = 0
