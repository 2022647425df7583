"""What the window is told, and what it is answered: the values of ``app.model.ports.Desk``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from app.model.flow import Problem
    from app.model.journey import FlowState


class HaltKind(StrEnum):
    """What can stop everything."""

    BRAKE = "brake"
    RELEASING = "releasing"
    """The brake is being let go."""
    CLOCK = "clock"
    """The clock of this machine cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Halt:
    """What stops everything: nothing is sent, and nothing decided by the clock."""

    kind: HaltKind
    since: datetime | None = None
    """Since when the brake is on."""
    off: timedelta | None = None
    """By so much the clock was set, forward or back; None: it was wrong when the machine started."""
    is_ahead: bool = False
    """Whether the clock is later than it can be; else it is in the past."""

    @property
    def is_brake(self) -> bool:
        """Whether a person has stopped everything."""
        return self.kind is not HaltKind.CLOCK


@dataclass(frozen=True, slots=True)
class GoneOut:
    """A message that had been accepted before everything was stopped."""

    flow: str
    channel: str
    address: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Braked:
    """What stopping everything has done."""

    taken_back: int
    """Queued messages that wait until the brake is released."""
    on_the_wire: int = 0
    """Nobody can say yet what becomes of them."""
    revoked: int = 0
    """Their provider has taken them back."""
    gone_out: tuple[GoneOut, ...] = ()
    """What went out within the last hour, the newest first."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A channel that is left alone for a while."""

    channel: str
    until: datetime | None = None
    detail: str = ""
    """What the server that refuses us has said; empty: message after message has failed."""


@dataclass(frozen=True, slots=True)
class FlowInfo:
    """One line of the list of flows."""

    id: int
    name: str
    state: FlowState
    version: int
    """Number of the newest version; 0 when never published."""
    changed: bool
    """Whether the draft differs from the newest version."""
    inside: int
    """People inside now."""
    paused_why: str = ""
    """Why it paused itself (``broken: …`` its deciders, ``errors: …`` its messages); empty: it did not."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the status bar says."""

    engine: str
    """``running``, ``paused``, ``stopped`` or ``failed``."""
    engine_detail: str = ""
    next_due: datetime | None = None
    due_people: int = 0
    sent_today: int = 0
    site: str = ""
    """The address of the site, empty when it is not listening."""
    shop: str = ""
    """The address of the demo's sample shop."""
    trouble: tuple[str, ...] = ()
    practice: bool = False
    workspace: str = ""
    clock: datetime | None = None
    """The engine's time, when it is not the wall's (demo)."""
    halt: Halt | None = None
    """What stops everything, if anything does."""
    resting: tuple[Resting, ...] = ()


@dataclass(frozen=True, slots=True)
class Caught:
    """A message in the built-in catcher of practice mode."""

    channel: str
    address: str
    subject: str
    text: str
    html: str
    at: datetime
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class CallTask:
    """A call-back task that waits for a person."""

    message_id: int
    name: str
    phone: str
    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that a flow has put on the desk."""

    message_id: int
    text: str
    at: datetime
    flow: str
    """The name of the flow."""
    contact_id: int
    """Whom it is about."""


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Messages of one flow and channel that wait for a person for the same reason."""

    flow: str
    """The name of the flow."""
    channel: str
    reason: str
    """A code such as ``late`` or ``first-send``; ``unknown``: they may or may not have gone out."""
    count: int


@dataclass(frozen=True, slots=True)
class SettingText:
    """A setting as the text that the command ``set`` takes."""

    name: str
    value: str = ""
    """Empty: nobody has said anything."""
    usual: str = ""
    """What holds then."""


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What publishing did or why it did not: with errors among ``problems`` nothing was published."""

    version: int
    problems: tuple[Problem, ...] = ()
    texts_only: bool = False
    moved: int = 0
    """People who were moved to it."""
    at_once: int = 0
    """Of those who were moved: they go on at once."""
    left: int = 0
    """People who were led out."""
    first_hour: int = 0
    first_day: int = 0
    """How many get its first message within an hour and a day (rule 22)."""
    unconfirmed: bool = False
    """So many get it that their number has to be typed, and was not: nothing was published."""
    today: int = 0
    """How many people were in it already when it was published (rule 2): in a segment that is new to it, or
    with a date that came earlier that day."""
    also_today: bool = False
    """Whether they come in too."""


@dataclass(frozen=True, slots=True)
class FirstReach:
    """How many people get the first message of a flow when it is published now (rule 22)."""

    hour: int = 0
    """Within an hour."""
    day: int = 0
    typed: bool = False
    """So many that their number has to be typed."""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as it is picked out of a list. ``address`` is where they are reached, or who they are."""

    id: int
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """One message as one person would get it. ``problem`` is a sentence when it cannot be made."""

    content: Mapping[str, Any] = EMPTY
    """What the channel would send: ``subject``, ``text``, ``html`` of a letter, ``text`` of an SMS, …"""
    filled: tuple[str, ...] = ()
    """Other texts filled for the same person, in the order they were asked; one that cannot be is empty."""
    problem: str = ""
    sender: tuple[str, str] = ("", "")
    """Name and address that a letter comes from."""
    price: str = ""
    """Of one part of an SMS, with its currency; empty when nobody has set it."""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of a flow as it was published."""

    number: int
    published_at: datetime
    author: str = ""
    """Who published it; empty where nobody was named."""
    texts_only: bool = False
    """Whether it differs from the one before by texts alone, so that it reached everybody at once."""
    undone_at: datetime | None = None
    """When its publish was taken back."""
