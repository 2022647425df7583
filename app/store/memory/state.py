"""All rows of the twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from app.model.flow import EMPTY
from app.model.journey import Arming, CountKey, JournalLine, Journey, LiveFlow, Message, Suppression, Version
from app.model.machine import LeaseRow
from app.model.people import Actor, Address, Consent, StoredEvent
from app.store.errors import NotUniqueError
from app.store.journeys import CLOSED, WAITS
from app.store.memory.rows import Rows, Undo
from app.store.messages import ready_at
from app.store.types import from_json, to_json

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.segments import Dated, Member, Schedule, Segment
    from app.model.shifts import Shift, Shifted


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as it is kept: everything in its order."""

    id: int
    zone: str = ""
    language: str = ""
    properties: Mapping[str, Any] = EMPTY
    tags: frozenset[str] = frozenset()
    addresses: tuple[Address, ...] = ()
    consents: tuple[tuple[Consent, int], ...] = ()
    """With their numbers, in the order in which they came."""
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is kept."""

    id: int
    source_id: str
    name: str
    contact_id: int | None
    at: datetime
    properties: Mapping[str, Any]
    message_id: int | None
    actor: Actor
    received_at: datetime

    @property
    def stored(self) -> StoredEvent:
        """As deciders read it back."""
        return StoredEvent(self.id, self.name, self.at, self.properties, self.message_id, self.actor)


ArmingKey = tuple[int, int, str]
JourneyKey = tuple[int, int, str]


def key_of(one: Journey | Arming) -> JourneyKey:
    """What there may be one open journey of."""
    return (one.flow_id, one.contact_id, one.key)


def due_turn(one: Journey) -> tuple[int, Any] | None:
    """A queue for each flow."""
    if one.due_at is None or one.state not in WAITS:
        return None
    return (one.flow_id, (one.due_at, one.id))


def ready_turn(one: Message) -> tuple[tuple[int, str, int], Any] | None:
    """A queue for each flow, channel and priority."""
    ready = ready_at(one)
    return None if ready is None else ((one.flow_id, one.channel, one.priority), (ready, one.id))


def arming_turn(one: Arming) -> tuple[str, Any]:
    """One queue for all."""
    return ("", (one.due_at, *key_of(one)))


def as_kept(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a database would give back: plain JSON values."""
    kept: Mapping[str, Any] = EMPTY if value is EMPTY else from_json(to_json(value))
    return kept


_Row = TypeVar("_Row", Journey, Arming, Message)


@dataclass(slots=True)
class State:
    """The rows, and the way back to where the open transaction began."""

    light: bool = False
    """For a rehearsal: no journal, and values are kept as they are given."""
    undo: Undo = field(default_factory=list)
    said: int = 0
    """The number of the last consent."""
    lines: int = 0
    """How many lines were ever written to the journal."""
    flows: Rows[int, LiveFlow] = field(init=False)
    versions: Rows[int, Version] = field(init=False)
    people: Rows[int, Person] = field(init=False)
    owners: Rows[Address, int] = field(init=False)
    suppressed: Rows[Address, Suppression] = field(init=False)
    events: Rows[str, Happened] = field(init=False)
    journeys: Rows[int, Journey] = field(init=False)
    armings: Rows[ArmingKey, Arming] = field(init=False)
    messages: Rows[int, Message] = field(init=False)
    counters: Rows[CountKey, int] = field(init=False)
    journal: Rows[int, JournalLine] = field(init=False)
    leases: Rows[str, LeaseRow] = field(init=False)
    segments: Rows[int, Segment] = field(init=False)
    members: Rows[tuple[int, int], Member] = field(init=False)
    rechecks: Rows[int, tuple[int, datetime]] = field(init=False)
    dated: Rows[tuple[int, str, int], Dated] = field(init=False)
    schedules: Rows[tuple[int, str], Schedule] = field(init=False)
    usage: Rows[tuple[str, int], int] = field(init=False)
    words: Rows[tuple[int, str], tuple[int, str, datetime]] = field(init=False)
    anonymous: Rows[int, tuple[int, datetime]] = field(init=False)
    machine: Rows[str, Any] = field(init=False)
    archive: Rows[int, bytes] = field(init=False)
    """Pressed journals by journey."""
    shelved: Rows[int, int] = field(init=False)
    """Journeys whose journal was pressed, though it may be gone by now."""
    archived: Rows[CountKey, int] = field(init=False)
    shifts: Rows[int, Shift] = field(init=False)
    shifted: Rows[tuple[int, int], Shifted] = field(init=False)

    def __post_init__(self) -> None:
        undo = self.undo
        self.flows, self.versions = Rows(undo), Rows(undo)
        self.people, self.owners, self.suppressed = Rows(undo), Rows(undo), Rows(undo)
        self.events = Rows(undo, contact=lambda one: one.contact_id)
        self.journeys = Rows(
            undo,
            due_turn,
            contact=lambda one: one.contact_id,
            key=key_of,
            open_key=lambda one: None if one.state in CLOSED else key_of(one),
            open_flow=lambda one: None if one.state in CLOSED else one.flow_id,
        )
        self.armings = Rows(undo, arming_turn, contact=lambda one: one.contact_id)
        self.messages = Rows(
            undo,
            ready_turn,
            journey=lambda one: one.journey_id,
            contact=lambda one: one.contact_id,
            state=lambda one: one.state,
        )
        self.counters, self.leases = Rows(undo), Rows(undo)
        self.journal = Rows(undo, contact=lambda one: one.contact_id, journey=lambda one: one.journey_id)
        self._make_waiting(undo)

    def _make_waiting(self, undo: Undo) -> None:
        self.segments, self.schedules = Rows(undo), Rows(undo)
        self.members = Rows(undo, segment=lambda one: one.segment_id, contact=lambda one: one.contact_id)
        self.rechecks = Rows(undo, lambda row: ("", (row[1], row[0])))
        self.anonymous = Rows(undo, lambda row: ("", (row[1], row[0])))
        self.dated = Rows(
            undo,
            lambda one: ("", (one.due_at, one.flow_id, one.node, one.contact_id)),
            contact=lambda one: one.contact_id,
        )
        self.usage, self.machine = Rows(undo), Rows(undo)
        self.words = Rows(undo, contact=lambda row: row[0])
        self.archive, self.archived, self.shelved = Rows(undo), Rows(undo), Rows(undo)
        self.shifts = Rows(undo, flow=lambda one: one.flow_id)
        self.shifted = Rows(undo, shift=lambda one: one.shift_id)

    def add_line(self, line: JournalLine) -> None:
        """Writes a line of the journal, behind all others."""
        if self.light:
            return
        # A number that is left out after an undone write hurts nobody: only their order counts.
        self.lines += 1
        self.journal.put(self.lines, line._replace(data=as_kept(line.data)))

    def plain(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The value as it is to be kept."""
        return value if self.light else as_kept(value)

    def plain_row(self, row: _Row, name: str) -> _Row:
        """The row with this value of it as it is to be kept."""
        if self.light:
            return row
        new: dict[str, Any] = {name: as_kept(getattr(row, name))}
        return replace(row, **new)

    def next_consent(self) -> int:
        """The number of a new consent; what is undone leaves no gap, as in a database."""
        before = self.said

        def back() -> None:
            self.said = before

        self.undo.append(back)
        self.said += 1
        return self.said

    def put_journey(self, one: Journey) -> None:
        """Adds or replaces it; NotUniqueError for a second open one of its key."""
        if one.state not in CLOSED:
            others = self.journeys.found("open_key", key_of(one))
            if any(other.id != one.id for other in others):
                raise NotUniqueError("a second open journey of one flow, contact and key")
        self.journeys.put(one.id, one)
