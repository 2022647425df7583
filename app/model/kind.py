"""What a kind of node is made of: category, settings, outlets. The table itself is ``app.model.kinds``."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.model.frozen import dataclass


class Category(StrEnum):
    """The six groups of the palette, in the order they are shown."""

    ENTRY = "entry"
    MESSAGE = "message"
    WAIT = "wait"
    BRANCH = "branch"
    ACTION = "action"
    END = "end"


class SettingType(StrEnum):
    """What a setting holds in the flow file, and so which field the inspector shows."""

    LINE = "line"  # str, one line
    TEXT = "text"  # str, several lines
    LIQUID_LINE = "liquid-line"  # str, one line of Liquid
    LIQUID_TEXT = "liquid-text"  # str, several lines of Liquid
    NUMBER = "number"  # int or float
    FLAG = "flag"  # bool
    CHOICE = "choice"  # str out of choices
    CHOICES = "choices"  # list[str] out of choices
    DURATION = "duration"  # str, ISO 8601
    TIME = "time"  # str, "HH:MM"
    MOMENT = "moment"  # str: RFC 3339 with a zone, or "property:NAME" / "entry:NAME"
    EVENT = "event"  # str, an event name
    EVENTS = "events"  # list[str], at least one where required
    REACTIONS = "reactions"  # list[str] out of the kind's reactions, or any event name
    CONDITION = "condition"  # object, see app.model.conditions
    WAYS = "ways"  # list[{"name": str, "when": condition}]
    PROPERTY = "property"  # str, a contact property's name
    PROPERTIES = "properties"  # object name -> str | int | float | bool | None
    TAGS = "tags"  # list[str]
    URL = "url"  # str, http(s), may hold Liquid
    LINES = "lines"  # list[str]
    SEGMENT = "segment"  # str, the name of a segment
    FLOW = "flow"  # str, the name of another flow
    ARMS = "arms"  # list[{"name": str, "weight": number}]
    RUNGS = "rungs"  # list[{"kind": str, "settings": object, "try_for": duration}]
    REPEAT = "repeat"  # str, an RRULE of RFC 5545 without DTSTART, such as "FREQ=WEEKLY;BYDAY=MO"


class OutletRole(StrEnum):
    """How an outlet is drawn and what an open one means."""

    NORMAL = "normal"
    REACTION = "reaction"
    WAY = "way"
    ELSE = "else"
    TIMEOUT = "timeout"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One named way out of a node."""

    name: str
    role: OutletRole = OutletRole.NORMAL


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a kind: its type, limits and words. ``section`` groups fields in the inspector."""

    name: str
    type: SettingType
    label: str
    help: str = ""
    required: bool = False
    default: object = None
    choices: tuple[tuple[str, str], ...] = ()
    """(stored value, words on screen)"""
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = 200
    section: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the node table."""

    name: str
    category: Category
    title: str
    """The palette's word."""
    icon: str
    """File stem in ``resources/icons``."""
    help: str
    settings: tuple[Setting, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    """Outlets that do not depend on settings; see ``outlets_of`` for all."""
    channel: str = ""
    """The way out it needs, such as ``email``; empty for none."""
    address: str = ""
    """The kind of address the contact must have; empty for none."""
    policy: str = ""
    """``person``: consent, suppression and caps are asked; ``system``: not; empty: sends nothing."""
    needs_consent: bool = False
    costly: bool = False
    reactions: tuple[str, ...] = ()
    """Reactions that can be ticked; any event name can be ticked besides."""
    waits_on_page: bool = False
    """It lives until its node is left, has no ``late_after`` and its time-out starts at queueing."""
    window: str = ""
    """How long after the person's last message on that channel it may be sent (ISO 8601); empty: always."""
    available: bool = True
    """Whether this release can run it."""

    @property
    def has_inlet(self) -> bool:
        """Whether an edge may lead into it."""
        return self.category is not Category.ENTRY

    @property
    def is_message(self) -> bool:
        """Whether arriving there makes a message."""
        return self.category is Category.MESSAGE

    def setting(self, name: str) -> Setting | None:
        """The setting of this name."""
        return next((setting for setting in self.settings if setting.name == name), None)


ENTERED: Final = Outlet("entered")
NEXT: Final = Outlet("next")
SENT: Final = Outlet("sent")
HAPPENED: Final = Outlet("happened")
ELSE: Final = Outlet("else", OutletRole.ELSE)
HOLD_OUT: Final = Outlet("hold-out", OutletRole.WAY)
TIMEOUT: Final = Outlet("timeout", OutletRole.TIMEOUT)
FAILED: Final = Outlet("failed", OutletRole.FAILED)
