"""The workspace's rules of sending, as the policy asks them. Nothing set: nothing is limited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from app.model.durations import Duration, parse_duration
from app.model.flow import EMPTY

PRIORITIES: Final[Mapping[str, int]] = {"transactional": 0, "high": 1, "normal": 2, "low": 3}
"""What goes out first, and what a cap counts against: smaller comes first."""
ALL_DAYS: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a day, on the wall clock of whoever is meant: from ``opens`` until before ``closes``."""

    opens: time
    closes: time
    days: frozenset[int] = ALL_DAYS
    """Weekdays on which it opens at all; Monday is 0."""

    def holds(self, moment: time) -> bool:
        """Whether it is open then."""
        return self.opens <= moment < self.closes


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many in any window of so many seconds, across restarts and processes."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many advertising messages to one person in so long, over all flows and channels.

    ``most`` 0: no cap. An important one may go beyond it, up to ``most_important``.
    """

    most: int = 0
    most_important: int = 0
    within: Duration = field(default_factory=lambda: parse_duration("P7D"))


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A sending domain that is new: so many letters on its first day, growing by the factor each day."""

    since: date
    first: int = 50
    factor: float = 1.5


@dataclass(frozen=True, slots=True)
class Keep:
    """How long what is over is kept."""

    journals: Duration = field(default_factory=lambda: parse_duration("P90D"))
    """So long after its end a journey's journal is pressed together."""
    all: Duration = field(default_factory=lambda: parse_duration("P24M"))
    """So long pressed journals, texts of messages, and events that nobody can ask for, are kept at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner has set. Channels are named as in ``Kind.channel``."""

    windows: Mapping[str, Window] = EMPTY
    """By channel: when advertising may go out, in the person's zone."""
    holidays: frozenset[date] = frozenset()
    """Days on which no advertising goes out and the shop is closed."""
    business: Mapping[int, Window] = EMPTY
    """Opening hours by weekday, Monday is 0; a missing day is closed."""
    cap: Cap = field(default_factory=Cap)
    ceilings: Mapping[str, int] = EMPTY
    """By channel: the most on one day of the workspace (rule 22)."""
    rates: Mapping[str, tuple[Rate, ...]] = EMPTY
    """By channel."""
    domains: Mapping[str, int] = EMPTY
    """By receiver group, such as ``gmail``: the most letters of one day from our sending domain."""
    sending_domain: str = ""
    warm_up: WarmUp | None = None
    keep: Keep = field(default_factory=Keep)
