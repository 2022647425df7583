"""People inside a flow who are moved to another version, or led out of it, when that version is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.model.flow import EMPTY

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import FlowState

TAKE_BACK_WITHIN: Final = timedelta(minutes=10)
"""So long after it a publish can be taken back."""
LEFT: Final = "left-by-publish"
"""The end reason of those who were led out."""


class Choice(StrEnum):
    """What becomes of the people at a node when a new version is published."""

    FINISH = "finish"
    """They go on by the version they have (rule 14)."""
    MOVE = "move"
    LEAVE = "leave"


class Phase(StrEnum):
    """How far a shift is. What was interrupted is carried on."""

    MOVING = "moving"
    DONE = "done"
    BACK = "back"  # being taken back
    UNDONE = "undone"


UNFINISHED: Final = frozenset({Phase.MOVING, Phase.BACK})


@dataclass(frozen=True, slots=True)
class Group:
    """The people who stand at one node of one version, and what becomes of them."""

    version_id: int
    node: str
    choice: Choice
    to: str = ""
    """Where they go in the new version; empty: to the node of the same id."""

    @property
    def target(self) -> str:
        """The id of the node of the new version."""
        return self.to or self.node


@dataclass(frozen=True, slots=True)
class Shift:
    """One publish of a flow that had a version before, and what became of the people in it."""

    id: int
    flow_id: int
    at: datetime
    author: str
    """Who published."""
    before_id: int
    """The version that was live."""
    version_id: int
    """The one that is live since; the same where only texts were exchanged."""
    before_number: int
    number: int
    """The number under which it was published."""
    state: FlowState
    """What the flow was before."""
    groups: tuple[Group, ...] = ()
    phase: Phase = Phase.DONE
    undone_at: datetime | None = None

    @property
    def texts_only(self) -> bool:
        """Whether it exchanged the texts of the version in place."""
        return self.before_id == self.version_id


@dataclass(frozen=True, slots=True)
class Shifted:
    """One journey that a shift has moved or led out, as it was before."""

    shift_id: int
    journey_id: int
    version_id: int
    node: str
    choice: Choice
    at_once: bool
    """Whether it goes on at once there: all that it would have waited for has passed."""
    step: int
    after: int
    """The step at which it stands since."""
    before: Mapping[str, Any] = EMPTY
    """What the move has overwritten, as JSON values."""
    back: bool | None = None
    """Whether it was taken back; None as long as nobody asked."""


ShiftCount = tuple[int, str, Choice, bool, bool | None]
"""Version, node, choice, at once, taken back: what shifted journeys are counted by."""


class Change(StrEnum):
    """What a draft makes different for those who stand at a node."""

    NONE = "none"
    CHANGED = "changed"
    KIND = "kind"
    """It is of another kind now."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Stand:
    """The people at one node of one version, when a draft is to be published."""

    version_id: int
    version: int
    """Its number."""
    node: str
    name: str
    kind: str
    change: Change = Change.NONE
    words: tuple[str, ...] = ()
    """What is different there, in sentences."""
    before: int = 0
    """They stand where the node can still be reached from."""
    here: int = 0
    past: int = 0
    """So many have walked through it."""
    choices: tuple[Choice, ...] = ()
    needs_target: bool = False
    """Whether moving asks where to."""
    why_not: str = ""
    """Why a choice is missing, or what it asks for."""
    at_once: int = 0
    """So many of those who are there would go on at once if they were moved."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a person chooses for those at a node."""

    node: str
    choice: Choice
    to: str = ""
    version: int = 0
    """The number of their version; 0: of every older one."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing a draft means for those who are inside."""

    flow: str
    number: int
    """Under which number it would be published."""
    texts_only: bool = False
    """It moves everybody at once (rule 14)."""
    stands: tuple[Stand, ...] = ()
    inside: int = 0
    affected: int = 0
    """Those who stand where something is different."""
    finish: int = 0
    move: int = 0
    leave: int = 0
    at_once: int = 0
    """Of those who move: so many go on at once."""
    rules: tuple[str, ...] = ()
    """What is different for the whole flow, in sentences: it holds for those who move and those who come."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking a publish back has done, or would do."""

    number: int
    """The version that is live again."""
    undone: int
    """The one that was taken back."""
    moved: int = 0
    returned: int = 0
    """Of those who had left."""
    stay: int = 0
    """They have gone on since, so that they could not be taken back."""
    came: int = 0
    """They have come in since and finish on the version that was taken back."""
