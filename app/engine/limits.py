"""Limits that hold across restarts and processes: rates, days, receivers, warm-up (rule 22, R22).

What was used of a limit is counted in numbered slots of time. Pure: which slots count, and what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from app.model.rows import replace
from app.model.rules import PRIORITIES

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.journey import Message
    from app.model.rules import Rate, Rules, WarmUp

_SLOTS: Final = 100
"""Into so many slots a window is cut; the oldest one counts whole, so that no window is ever exceeded."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_STEP: Final = timedelta(seconds=5)
"""By so much a wall clock may differ unnoticed from one that nobody can set."""
AWAY: Final = timedelta(minutes=10)
"""Longer than this the machine was away."""
MOST: Final = 10**9
"""More than anybody sends."""

RECEIVERS: Final = {
    "gmail": ("gmail.com", "googlemail.com"),
    "yahoo": ("yahoo.", "ymail.com", "rocketmail.com", "myyahoo.com", "aol.com", "aim.com"),
    "microsoft": ("outlook.", "hotmail.", "live.", "msn.com", "passport.com"),
}
"""Domains of the large receivers; one that ends in a dot is followed by any country."""
OTHERS: Final = "other"


# --- rates: any window of so many seconds ---------------------------------------------------------------


def rate_name(channel: str, rate: Rate) -> str:
    """Under which name the uses of a rate are counted."""
    return f"rate:{channel}:{rate.seconds}"


def slot_of(moment: datetime, seconds: int) -> int:
    """The number of the slot in which a moment lies, for windows of so many seconds."""
    return (moment - _EPOCH) // _MICROSECOND // (seconds * 1_000_000 // _SLOTS)


def first_slot(now: datetime, seconds: int, lookback: timedelta = timedelta(0)) -> int:
    """From which slot on uses count at ``now``. ``lookback``: by so much the clock was set forward."""
    return slot_of(now - timedelta(seconds=seconds) - lookback, seconds)


def room_at(slots: Sequence[tuple[int, int]], rate: Rate) -> datetime:
    """When the uses that count now (by slot, the oldest first) leave room for one more."""
    over = sum(used for _, used in slots) - rate.most
    width = rate.seconds * 1_000_000 // _SLOTS
    for slot, used in slots:
        over -= used
        if over < 0:
            return _EPOCH + _MICROSECOND * (slot + 1) * width + timedelta(seconds=rate.seconds)
    return _EPOCH


# --- days of the workspace ------------------------------------------------------------------------------


def day_of(now: datetime, zone: tzinfo) -> int:
    """The number of the workspace's day."""
    return now.astimezone(zone).toordinal()


def turn_of_day(now: datetime, zone: tzinfo) -> datetime:
    """When the workspace's next day begins."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), tzinfo=zone).astimezone(UTC)


def ceiling_name(channel: str) -> str:
    """Under which name the messages of a day are counted."""
    return f"day:{channel}"


# --- receivers and warm-up ------------------------------------------------------------------------------


def receiver_of(address: str) -> str:
    """Which of the large receivers a mail address belongs to, else ``other``."""
    domain = address.rpartition("@")[2].lower()
    for name, domains in RECEIVERS.items():
        if any(domain == one or (one.endswith(".") and domain.startswith(one)) for one in domains):
            return name
    return OTHERS


def receiver_name(receiver: str, domain: str) -> str:
    """Under which name a day's letters from our domain to a receiver are counted."""
    return f"to:{receiver}:{domain}"


def domain_name(domain: str) -> str:
    """Under which name a day's letters from our domain are counted."""
    return f"from:{domain}"


def warm_up_limit(warm_up: WarmUp, today: date) -> int:
    """How many letters a new domain may send on this day; nothing is grown before its first."""
    days = max((today - warm_up.since).days, 0)
    limit = float(warm_up.first)
    for _ in range(days):
        limit *= warm_up.factor
        if not 0 < limit < MOST:
            break
    return min(int(limit), MOST)


# --- which limits of a day meet a message ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayLimit:
    """A limit of the workspace's days that counts a message; ``most`` None: it only counts."""

    name: str
    most: int | None
    reason: str


def day_limits(rules: Rules, message: Message, address: str, today: date) -> list[DayLimit]:
    """The limits that count a message to this address; the one that is asked first comes first.

    What serves the person is counted by receivers and warm-up and never waits for them.
    """
    found: list[DayLimit] = []
    if message.channel == "email" and rules.sending_domain:
        free = message.priority == PRIORITIES["transactional"]
        receiver, warm_up = receiver_of(address), rules.warm_up
        most = rules.domains.get(receiver)
        found.append(
            DayLimit(receiver_name(receiver, rules.sending_domain), None if free else most, "day-limit")
        )
        if warm_up is not None:
            limit = None if free else warm_up_limit(warm_up, today)
            found.append(DayLimit(domain_name(rules.sending_domain), limit, "warm-up"))
    if message.channel in rules.ceilings:
        ceiling = rules.ceilings[message.channel]
        found.append(DayLimit(ceiling_name(message.channel), ceiling or None, "ceiling"))
    return found


# --- what a limit does to lateness ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beat:
    """A look at the three clocks: the wall's, and two that nobody can set; the first stands while the machine
    sleeps."""

    now: datetime
    awake: float
    passed: float

    def step(self, later: Beat) -> timedelta:
        """By how much somebody set the wall clock between the two looks; negative when back."""
        step = (later.now - self.now) - timedelta(seconds=later.passed - self.passed)
        return step if abs(step) > _STEP else timedelta(0)

    def away(self, later: Beat) -> bool:
        """Whether the machine slept, was off, or was set so long between the two looks."""
        return (later.now - self.now) - timedelta(seconds=later.awake - self.awake) > AWAY


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time through which a rate held rows up without a break: it makes none of them late."""

    since: datetime
    seen: Beat

    def at(self, beat: Beat) -> Stretch:
        """The same a little later; it begins anew where the machine was away meanwhile."""
        return Stretch(beat.now if self.seen.away(beat) else self.since, beat)

    def excuses(self, row: Message) -> Message:
        """The row with the time that it was held up added to its last moment."""
        if row.late_at is None:
            return row
        waited = self.seen.now - max(self.since, row.next_try_at or row.due_at)
        return replace(row, late_at=row.late_at + waited) if waited > timedelta(0) else row
