"""People behind a number of a flow, and the way one of them went."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from datetime import datetime


class Period(StrEnum):
    """Of which time the numbers of a flow are shown. Those who are inside now are shown always."""

    ALL = "all"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    VERSION = "version"  # since the newest version was published


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in the list behind a number. ``since``: when what is counted happened."""

    contact_id: int
    journey_id: int
    name: str
    address: str
    since: datetime
    node: str
    state: str = ""
    """The journey's state, for those who are here now; empty for what is over."""
    reason: str = ""
    """Why a message was not sent, is held, or a journey is parked: a code of DESIGN.md section 5."""
    due_at: datetime | None = None
    """When the journey goes on by itself, if it does."""


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step of a way: ``node`` was left by ``outlet`` at that moment; the last one is not left yet."""

    node: str
    outlet: str
    at: datetime
    data: Mapping[str, Any] = EMPTY
    """What the journal kept of leaving: the values a branch saw, the reason of a failure, the event."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one journey went. ``name`` is the person's, else an address.

    ``sentence`` says where they are now or why they stopped, and what would have made it otherwise as far as
    the journal knows.
    """

    name: str
    steps: tuple[WayStep, ...] = ()
    sentence: str = ""
