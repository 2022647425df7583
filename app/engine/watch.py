"""Watches the clocks: whether the machine slept, or the wall clock was set, or is wrong since the start.

Three clocks are read together. The wall's can be set; one goes on while the machine sleeps; one stands then.
Wall and sleeping clock ahead of the waking one: the machine slept. The wall's ahead of the others, or behind
them, alone: it was set. Where a system has no clock that counts sleep, a jump forward is taken for a sleep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.ports import Clock

BACK: Final = timedelta(seconds=5)
"""The wall clock may go back by so much unasked."""
FORWARD: Final = timedelta(minutes=10)
"""And forward by so much."""
AWAY: Final = 10.0
"""Who slept for so many seconds has stale connections, and so has who did not run for some times as long."""
_FROZEN: Final = 60.0
_DRIFT: Final = timedelta(seconds=1)
"""Less than this between two looks is a clock that is slowed or hurried, not set."""
_LONGEST_OFF: Final = timedelta(days=366)

CLOCK: Final = "clock"
SEEN: Final = "seen"
"""Names under which the engine remembers a doubt, and the last moment that it had none."""


class Found(StrEnum):
    """What became of the clocks."""

    WELL = "well"
    AWAY = "away"
    """The machine slept."""
    AHEAD = "ahead"
    """The wall clock alone was set forward."""
    BEHIND = "behind"
    """It was set back."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks of one moment."""

    wall: datetime
    awake: float
    passed: float

    @classmethod
    def of(cls, clock: Clock) -> Reading:
        """All clocks now."""
        return cls(clock.now(), clock.awake(), clock.passed())


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the clocks after another."""

    reading: Reading
    back: timedelta = timedelta(0)
    """So much the wall clock went back in small steps that nobody was asked about."""
    found: Found = Found.WELL
    by: timedelta = timedelta(0)
    """How far the wall clock was set since the look before; negative when back."""

    def then(self, now: Reading, *, counts_sleep: bool) -> Look:
        """The next look."""
        before = self.reading
        passed = now.passed - before.passed
        slept = passed - (now.awake - before.awake)
        step = now.wall - before.wall - timedelta(seconds=passed)
        if not counts_sleep and step > FORWARD:
            return Look(now, self.back, Found.AWAY)
        back = self.back if abs(step) < _DRIFT else max(self.back - step, timedelta(0))
        if step > FORWARD:
            return Look(now, timedelta(0), Found.AHEAD, step)
        if back > BACK:
            return Look(now, timedelta(0), Found.BEHIND, -back)
        return Look(now, back, Found.AWAY if slept >= AWAY else Found.WELL, step)


def at_start(now: datetime, seen: datetime | None, built: datetime | None) -> Found:
    """Whether the wall clock can be right when the engine begins. ``seen``: the last moment that it was;
    ``built``: when this program was made."""
    if built is not None and now < built:
        return Found.BEHIND
    if seen is not None and now < seen - BACK:
        return Found.BEHIND
    if seen is not None and now > seen + _LONGEST_OFF:
        return Found.AHEAD
    return Found.WELL


class Watch:
    """Looks at the clocks for one engine, and keeps a doubt until it is answered or the clock is right again.

    While there is one, nothing is decided by the clock and nothing is sent; events are stored as ever.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._look: Look | None = None
        self._looked = context.steady()

    def begin(self) -> None:
        """Asks once, when the engine begins, whether the clock can be right."""
        with self._context.session("clock") as session:
            found = at_start(session.now, seen_of(session), self._context.built)
            self._look = Look(Reading.of(self._context.clock))
            doubt = session.tx.machine(CLOCK)
            if found is not Found.WELL:
                _doubt(session, found, None)
            elif doubt is None or doubt["off"] is None:
                session.changes.machine.update({CLOCK: None, SEEN: session.now.isoformat()})
        self._context.changed()

    def look(self) -> Found:
        """What became of the clocks since the last look; a doubt is kept before anything else happens."""
        clock = self._context.clock
        if self._look is None:
            self._look = Look(Reading.of(clock))
        look = self._look.then(Reading.of(clock), counts_sleep=clock.counts_sleep)
        if abs(look.by) >= _DRIFT:
            self._set(look)
        self._look = look
        stood = self._context.steady() - self._looked
        self._looked += stood
        return Found.AWAY if stood >= _FROZEN and look.found is Found.WELL else look.found

    def _set(self, look: Look) -> None:
        """Somebody has set the clock: into doubt, or out of it."""
        with self._context.session("clock") as session:
            doubt = session.tx.machine(CLOCK)
            if doubt is None:
                if look.found in (Found.AHEAD, Found.BEHIND):
                    _doubt(session, look.found, look.by)
            elif _is_right_again(session, doubt, look.by, self._context.built):
                session.changes.machine[CLOCK] = None
            elif doubt["off"] is not None:
                off = timedelta(seconds=doubt["off"]) + look.by
                session.changes.machine[CLOCK] = {**doubt, "off": off.total_seconds()}
            changed = CLOCK in session.changes.machine
        if changed:
            self._context.wake.set()
            self._context.changed()

    def is_sure(self) -> bool:
        """Whether the clocks go on as at the last look: who finds them moved first waits for the next one."""
        if self._look is None:
            return True
        clock = self._context.clock
        look = self._look.then(Reading.of(clock), counts_sleep=clock.counts_sleep)
        return look.found not in (Found.AHEAD, Found.BEHIND)

    def note(self, session: Session) -> None:
        """Remembers that this moment was seen, while nobody doubts it."""
        if session.tx.machine(CLOCK) is None:
            session.changes.machine[SEEN] = session.now.isoformat()


def seen_of(session: Session) -> datetime | None:
    """The last moment at which the clock was right, as far as is known."""
    seen = session.tx.machine(SEEN)
    return None if seen is None else datetime.fromisoformat(seen)


def _doubt(session: Session, found: Found, by: timedelta | None) -> None:
    """``off`` is how far the clock was set; None when it was so when the engine began."""
    seen = seen_of(session)
    session.changes.machine[CLOCK] = {
        "found": found.value,
        "off": None if by is None else by.total_seconds(),
        "seen": None if seen is None else seen.isoformat(),
        "at": session.now.isoformat(),
    }


def _is_right_again(session: Session, doubt: dict[str, Any], by: timedelta, built: datetime | None) -> bool:
    if doubt["off"] is None:
        return at_start(session.now, seen_of(session), built) is Found.WELL
    return abs(timedelta(seconds=doubt["off"]) + by) <= BACK


def answer(session: Session) -> bool:
    """A person says that the clock is right now; False when nobody asked."""
    if session.tx.machine(CLOCK) is None:
        return False
    session.changes.machine[CLOCK] = None
    session.changes.machine[SEEN] = session.now.isoformat()
    return True
