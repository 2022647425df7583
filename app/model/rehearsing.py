"""Rehearsals: what is asked for, how people are taken to react, and what would come of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from app.model.flow import EMPTY

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.flow import Flow
    from app.model.journey import Journey, Message, Suppression
    from app.model.people import Address, Consent, Event

MOST_DAYS: Final = 366
MOST_PEOPLE: Final = 50_000
"""So many people are rehearsed with at most; of more every so-manieth is taken."""
MOST_EVENTS: Final = 300_000
"""The same for what happens to them."""
NIGHT: Final = (21, 8)
"""From this hour until that one people sleep."""


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """What a rehearsal is to show."""

    days: int = 30
    replay: bool = False
    """The recorded events of the last days at their real moments, instead of the coming days as the last ones
    were."""
    seed: int = 1
    """Other dice, other reactions."""
    compare: bool = True
    """Whether the published version is played too, with the same people and the same dice."""
    also_today: bool = False
    """Whether those who are in its segments and dates today come in as well (rule 2)."""
    people: tuple[int, ...] = ()
    """Who is put in by hand; empty: everybody."""
    most: int = 0
    """At most so many people, of more every so-manieth; 0: as many as can be."""
    start: datetime | None = None
    """When it begins; None: with the next day, or that many days ago for a replay."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often, and how soon, people react in one way to the messages of one channel."""

    reaction: str
    """As in ``Message.reactions``: those of machines begin with ``machine:``. ``shown`` for what waits on
    the page."""
    share: float
    delays: tuple[float, ...]
    """Seconds after the message was sent, or after the reaction that this one follows: evenly spaced
    quantiles, the shortest first."""
    after: str = ""
    """The reaction that this one usually follows; empty for none."""
    share_after: float = 0.0
    """Of those who have reacted like that, this share does so too; of all others ``share``."""
    of: int = 0
    """How many messages of this workspace say so; 0: it is assumed."""


Rates = Mapping[tuple[str, str], Sequence[Rate]]
"""By channel and purpose."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody who follows a link is taken to do this, where nothing of the kind was ever recorded."""

    event: str
    share: float
    delays: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A contact with all that a rehearsal may ask about them, consents in their order."""

    id: int
    zone: str = ""
    language: str = ""
    properties: Mapping[str, Any] = EMPTY
    tags: frozenset[str] = frozenset()
    addresses: tuple[Address, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(slots=True)
class Lives:
    """Some people, and what is known of them."""

    people: list[Whole] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    """What happened to them, each with its contact, in no order."""
    messages: list[Message] = field(default_factory=list)
    """Advertising that they got lately, as far as a cap counts it: without address and text."""
    journeys: list[Journey] = field(default_factory=list)
    """Those of the flow that is rehearsed, without what began them."""
    words: list[tuple[int, str, datetime]] = field(default_factory=list)
    """(contact, channel, when they last wrote to us)"""
    suppressed: list[Suppression] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rehearsal wants to know of people."""

    events: frozenset[str]
    """Names."""
    flow_id: int = 0
    """The flow that is rehearsed; 0 where it is new."""
    said_since: datetime | None = None
    """From when on advertising counts; None: nobody asks."""


class Reacted(NamedTuple):
    """A message of the past, and what people did with it."""

    channel: str
    purpose: str
    queued_at: datetime
    sent_at: datetime | None
    """None: what waited on the page, and nobody came."""
    reactions: Mapping[str, datetime]
    """By name, as in ``Message.reactions``."""


class History(Protocol):
    """A workspace as a rehearsal looks into it. Nothing is written, and every look is a short one."""

    def count_people(self) -> int:
        """All that are not erased."""

    def comers(self, names: Collection[str], since: datetime, until: datetime) -> Sequence[int]:
        """Whose events of these names happened in that time, by id."""

    def everybody(self) -> Sequence[int]:
        """All contacts that are not erased, by id."""

    def lives(self, ids: Sequence[int], wanted: Wanted) -> Lives:
        """These people, as far as they are there."""

    def sample(self, names: Collection[str]) -> Mapping[str, Any] | None:
        """What the newest event of one of these names carried; None when there never was one."""

    def reacted(self, since: datetime, limit: int) -> Sequence[Reacted]:
        """The newest messages that have gone out, or waited on the page, since then."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of one reaction to the messages of one channel and purpose."""

    channel: str
    purpose: str
    reaction: str
    of: int
    """Messages that went out, or waited on the page."""
    times: int
    """How many of them were reacted to like this."""
    base: int = 0
    """How many were reacted to in the way that this reaction follows."""
    both: int = 0
    """And how many in both."""
    delays: tuple[float, ...] = ()
    """Seconds from sending, or from the reaction that it follows; some of them, in no order."""


class Said(NamedTuple):
    """A message that went out in a rehearsal, or was shown."""

    at: datetime
    contact_id: int
    node: str
    rung: int
    channel: str
    local: datetime
    """On the person's own clock."""
    parts: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who came in, or did not: ``refused`` says why."""

    at: datetime
    contact_id: int
    node: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Snag:
    """Something that went wrong for some people in the same way."""

    node: str
    what: str
    """``bad-text``, ``parked``, ``held``, ``paused``, ``not-started``."""
    detail: str
    """A sentence, or a code."""
    count: int
    people: tuple[int, ...] = ()
    """The first of them."""


@dataclass(slots=True)
class Played:
    """What came of one version."""

    names: Mapping[tuple[str, str], int] = EMPTY
    """Every counter by (node, name), as ``CountKey`` names them."""
    messages: Mapping[tuple[str, str], int] = EMPTY
    """By channel and state."""
    said: Sequence[Said] = ()
    """In their order."""
    entered: Sequence[Entered] = ()
    to_goal: Sequence[float] = ()
    """Seconds from coming in to the goal, the shortest first."""
    snags: Sequence[Snag] = ()
    until: Mapping[tuple[str, str], str] = EMPTY
    """By (node, reason) of what was put off: until which time of the day mostly, such as “09:00”."""
    events: int = 0
    """What happened to people, reactions too."""
    others: Mapping[tuple[int, str], Mapping[str, int]] = EMPTY
    """By (contact, day of the workspace): what other flows had said to them, by the flow's name."""


@dataclass(slots=True)
class Rehearsal:
    """What would happen, and what differs from what is live."""

    flow: str
    options: RehearsalOptions
    zone: str
    start: datetime
    until: datetime
    people: int
    """How many people were looked at."""
    step: int
    """Of every so-manieth person in the workspace: 1 for all of them."""
    draft: Played
    published: Played | None = None
    version: int = 0
    """Number of the published version."""
    rates: Rates = field(default_factory=dict)
    guesses: Sequence[Guess] = ()
    assumed: Sequence[str] = ()
    """Sentences about what had to be assumed."""
    seconds: float = 0.0
    """How long it took."""
    flows: Sequence[Flow] = ()
    """The drawings: the draft's, and the published one's where that was played."""
    price: str = ""
    """What one part of an SMS costs, such as “0.075 EUR”."""
    document: Mapping[str, Any] = EMPTY
    """The whole answer as JSON; it says nothing of how long it took."""
