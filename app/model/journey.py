"""Journeys, messages and what a transaction of the engine writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.model.flow import EMPTY
from app.model.rows import dataclass as row

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Consent, Event
    from app.model.segments import Dated, Member, Schedule, Segment
    from app.model.shifts import Shift, Shifted


NOTICE: Final = "notice"
"""The channel of what a ``notify`` node tells."""


class FlowState(StrEnum):
    """Life of a flow."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    CLOSED = "closed"  # ``pause --entries``: nobody new comes in
    STOPPED = "stopped"


class JourneyState(StrEnum):
    """Where a journey stands."""

    __hash__ = str.__hash__

    DUE = "due"
    WAITING = "waiting"
    HELD = "held"
    PARKED = "parked"
    DONE = "done"
    ERASED = "erased"


class MessageState(StrEnum):
    """Where a message stands; every change is one committed transaction."""

    __hash__ = str.__hash__

    QUEUED = "queued"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    HELD = "held"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset(
    {MessageState.QUEUED, MessageState.LEASED, MessageState.RETRY, MessageState.HELD, MessageState.UNKNOWN}
)
"""States from which leaving a node withdraws a message (rules 8 and 9)."""


@dataclass(frozen=True, slots=True)
class LiveFlow:
    """A flow that has a published version."""

    id: int
    name: str
    state: FlowState
    version_id: int
    """The newest version: what new journeys begin with."""
    published_at: datetime
    """When the flow was first published or last resumed from stopped: older events start nothing."""


@dataclass(frozen=True, slots=True)
class Version:
    """A published, frozen drawing. ``document`` is the flow file's text; texts-only publishes replace it
    (rule 14)."""

    id: int
    flow_id: int
    number: int
    hash: str
    document: str


@row(frozen=True, slots=True)
class Journey:
    """One contact's way through one version. ``due_at`` is None when only an event can move it."""

    id: int
    flow_id: int
    version_id: int
    contact_id: int
    key: str
    state: JourneyState
    node: str
    step: int
    """Counts visits of nodes; the compare-and-set of every move."""
    started_at: datetime
    arrived_at: datetime
    due_at: datetime | None = None
    entry: Mapping[str, Any] = EMPTY
    """Properties of the event that started it."""
    noted: str = ""
    """The strongest implied reaction noted at this step (rule 4)."""
    message_id: int | None = None
    """The message of this step."""
    end_reason: str = ""
    cause: str = ""
    """What started it: ``event``, ``hand``, ``segment``, ``date``, ``schedule`` or ``flow``; empty in rows of
    releases that did not say."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arming:
    """An entry that waits for its ``quiet_for`` to pass (rule 3)."""

    flow_id: int
    contact_id: int
    key: str
    node: str
    due_at: datetime
    entry: Mapping[str, Any] = EMPTY
    cause: str = "event"
    """As in ``Journey.cause``: ``flow`` where the event was recorded by a flow."""


@row(frozen=True, slots=True)
class Message:
    """One row of the outbox."""

    id: int
    journey_id: int
    step: int
    flow_id: int
    version_id: int
    contact_id: int
    node: str
    channel: str
    purpose: str
    state: MessageState
    due_at: datetime
    created_at: datetime
    late_at: datetime | None = None
    """Past this it is held for a person."""
    before_at: datetime | None = None
    """Past this it fails as late."""
    next_try_at: datetime | None = None
    attempts: int = 0
    reason: str = ""
    """Why it failed, is held or is unknown."""
    address: str = ""
    """Fixed when it becomes ``sending``."""
    content: Mapping[str, Any] = EMPTY
    """The text as fixed when it becomes ``sending`` (or as shown, for popups)."""
    sent_at: datetime | None = None
    provider_id: str = ""
    owner: str = ""
    """Which engine process has it in ``sending``."""
    priority: int = 2
    """What goes out first, see ``app.model.rules.PRIORITIES``."""
    rung: int = 0
    """Which rung of a ``reach`` it is, from 0."""
    reactions: frozenset[str] = frozenset()
    """Names of human or unknown reactions so far; machine ones carry the prefix ``machine:``."""

    @property
    def is_notice(self) -> bool:
        """Whether it tells the owner something: it goes on its own, whatever its journey does."""
        return self.channel == NOTICE


class Result(StrEnum):
    """What a channel says about one try."""

    SENT = "sent"
    RETRY = "retry"
    HARD = "hard"
    UNKNOWN = "unknown"


@row(frozen=True, slots=True)
class Receipt:
    """The channel's answer. ``detail`` holds codes only, never an address or a text."""

    message_id: int
    result: Result
    detail: str = ""
    provider_id: str = ""
    bad_address: bool = False
    """A hard refusal that is about the address: it is suppressed."""
    about_one: bool = False
    """A refusal for now that is about this address alone, and says nothing of the channel."""
    stop_channel: bool = False
    """The channel itself is broken (bad login): it pauses, and the message is tried again later."""


class JournalLine(NamedTuple):
    """One line of the journal: ids and codes; values a branch saw go into ``data``."""

    journey_id: int
    contact_id: int
    flow_id: int
    step: int
    at: datetime
    node: str
    what: str
    """``started``, ``arrived``, ``left``, ``ended``, ``queued``, ``postponed``, ``sent``, ``failed``,
    ``held``, ``reaction``, …"""
    outlet: str = ""
    data: Mapping[str, Any] = EMPTY
    version_id: int = 0
    """By which version it was decided; 0 where none decided."""


class CountKey(NamedTuple):
    """What a counter counts. Names: ``here`` (people there now), ``out:OUTLET``, ``reaction:NAME``,
    ``machine:NAME``, ``message:STATE``, ``failed:REASON``, ``postponed:REASON``, ``end:REASON``, ``entry``,
    ``refused:REASON``, ``rung:N`` (a ``reach`` was left by this rung)."""

    flow_id: int
    version_id: int
    node: str
    name: str
    hour: int
    """Whole UTC hours since 1970."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What a ``set`` node or a form writes to a contact. A property set to None is removed."""

    contact_id: int
    properties: Mapping[str, Any] = EMPTY
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    made_by: int | None = None
    """The journey whose ``set`` node made it: what starts because of it, a flow has started (rule 16)."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """This address gets nothing."""

    kind: str
    value: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StartFlow:
    """A ``start`` node puts a contact into another flow; ``entry`` is handed on. ``by`` names the journey."""

    flow: str
    contact_id: int
    entry: Mapping[str, Any]
    by: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A ``consent`` node has taken a consent back: what is queued for it leaves."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a contact got, as a cap counts it."""

    at: datetime
    channel: str
    priority: int


@dataclass(slots=True)
class Changes:
    """All that one transaction of the engine writes, in this order."""

    started: list[Journey] = field(default_factory=list)
    moved: list[tuple[Journey, int]] = field(default_factory=list)
    """The new value and the step it must still have in the database (compare-and-set)."""
    queued: list[Message] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """New values of rows that were read or queued in this transaction; of several the last one counts."""
    journal: list[JournalLine] = field(default_factory=list)
    counts: Counter[CountKey] = field(default_factory=Counter)
    contacts: list[ContactChange] = field(default_factory=list)
    consents: list[tuple[int, Consent]] = field(default_factory=list)
    suppressed: list[Suppression] = field(default_factory=list)
    armed: list[Arming] = field(default_factory=list)
    disarmed: list[tuple[int, int, str]] = field(default_factory=list)
    """(flow, contact, key)"""
    segments: dict[int, Segment | None] = field(default_factory=dict)
    """By id; None: there is no such segment any more."""
    members: list[Member] = field(default_factory=list)
    rechecks: dict[int, datetime | None] = field(default_factory=dict)
    """When a contact's segments and dates are to be looked at again; None: not any more."""
    dated: list[Dated] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    used: Counter[tuple[str, int]] = field(default_factory=Counter)
    """What was used of a limit: (its name, number of its slot of time)."""
    words: list[tuple[int, str, datetime]] = field(default_factory=list)
    """(contact, channel, when): the person wrote to us."""
    seen: dict[int, datetime | None] = field(default_factory=dict)
    """When a still anonymous contact was last there; None: we know who it is."""
    paused: list[tuple[int, str]] = field(default_factory=list)
    """(flow, why): flows that pause themselves. The reason is kept in ``machine`` under ``paused:FLOW``."""
    machine: dict[str, Any] = field(default_factory=dict)
    """What the engine remembers about itself, by name; None: nothing any more."""
    shifts: list[Shift] = field(default_factory=list)
    """New values of shifts that are kept."""
    shifted: list[Shifted] = field(default_factory=list)
    """Journeys that a shift has moved, or what has become of them since."""
    intents: list[StartFlow | ConsentWithdrawn | Event] = field(default_factory=list)
    """What is to happen next in this very transaction. Never written: the session carries it out."""
    outcomes: list[tuple[int, str, str]] = field(default_factory=list)
    """How it went, flow by flow, see ``engine.flood``. Never written: the session counts it."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not any(_written(self))


_written: Final = attrgetter(
    *(one.name for one in fields(Changes) if one.name not in ("intents", "outcomes"))
)
