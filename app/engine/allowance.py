"""What one channel may send by its limits. The numbers are in the store; who claims, counts in the same
transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.engine import limits
from app.engine.holding import CEILING, late_again, release
from app.engine.limits import Beat, DayLimit, Stretch
from app.engine.policy import Answer, Verdict
from app.engine.session import walks_of

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.journey import Changes, Message
    from app.model.rules import Rate

_LOOK: Final = timedelta(seconds=60)
"""So long a rate that is used up is believed without looking: somebody may have raised it."""
_SAVE: Final = timedelta(minutes=5)
_SWEEP: Final = 100
_KEPT_DAYS: Final = 8

Use = tuple[str, int]
"""A limit's name and the number of a slot."""
_Turn = tuple[int, int]
"""A day and the ceiling that it has."""


class Allowance:
    """One for each channel that the engine sends by."""

    def __init__(self, context: Context, channel: str) -> None:
        self._context, self.channel = context, channel
        self.rests_until: datetime | None = None
        """When a rate that is used up has room again."""
        self.holds_until: datetime | None = None
        """When the day turns for what is held by the ceiling."""
        self._looked: Beat | None = None
        self._lookback = timedelta(0)
        self._looks_back_until = 0.0
        self._stretch: Stretch | None = None
        self._saved: datetime | None = None
        self._swept: dict[str, int] = {}
        self._left: dict[Use, int] = {}
        self._released_for: _Turn | None = None
        self._quota: tuple[_Turn, int] | None = None

    # --- rates ---

    def rests(self, now: datetime) -> bool:
        """Whether nothing may go out yet, by what was seen at the last look."""
        looked = self._looked
        if self.rests_until is None or looked is None:
            return False
        return looked.now <= now < min(self.rests_until, looked.now + _LOOK)

    def room(self, session: Session) -> int | None:
        """How many may go out now by the channel's rates; None for any number."""
        self._left = {}
        beat = self._look(session)
        rates = session.rules.rates.get(self.channel, ())
        left = {rate: self._room_of(session, rate) for rate in rates}
        room = min(left.values(), default=None)
        if room is None or room > 0:
            self.rests_until = None
        else:
            self.rests_until = max(self._room_at(session, rate) for rate, own in left.items() if own <= 0)
            self._stretch = self._stretch or self._kept_stretch(session, beat)
        self._save(session)
        return None if room is None else max(room, 0)

    def _room_of(self, session: Session, rate: Rate) -> int:
        name = limits.rate_name(self.channel, rate)
        first = limits.first_slot(session.now, rate.seconds, self._lookback)
        if first - self._swept.get(name, 0) >= _SWEEP:
            session.tx.forget_used(name, first - _SWEEP)
            self._swept[name] = first
        return rate.most - session.tx.used(name, first)

    def _room_at(self, session: Session, rate: Rate) -> datetime:
        first = limits.first_slot(session.now, rate.seconds, self._lookback)
        slots = session.tx.slots(limits.rate_name(self.channel, rate), first)
        return limits.room_at(slots, rate) + self._lookback

    def _look(self, session: Session) -> Beat:
        """Notices what became of the clocks since the last look, be it that of a process before this one."""
        clock = self._context.clock
        beat = Beat(session.now, clock.awake(), clock.passed())
        before = self._looked or self._look_before(session, beat)
        step = timedelta(0) if before is None else before.step(beat)
        if step > timedelta(0):
            longest = max((rate.seconds for rate in session.rules.rates.get(self.channel, ())), default=0)
            self._lookback += step
            self._looks_back_until = beat.passed + longest
        elif beat.passed >= self._looks_back_until:
            self._lookback = timedelta(0)
        if step or self._looked is None:
            self._keep_look(session, beat)
        if self._stretch is not None:
            self._stretch = self._stretch.at(beat)
        self._looked = beat
        return beat

    def _look_before(self, session: Session, beat: Beat) -> Beat | None:
        """The last look that another process has kept since the machine was started, with what that one had
        still to look back for."""
        kept = session.tx.machine(f"looked:{self.channel}")
        if kept is None or kept["passed"] > beat.passed:
            return None
        self._lookback = timedelta(seconds=kept["lookback"])
        self._looks_back_until = kept["until"]
        return Beat(datetime.fromisoformat(kept["now"]), kept["passed"], kept["passed"])

    def _keep_look(self, session: Session, beat: Beat) -> None:
        """For the next process. While nobody sets the clock, a look of long ago tells it as much as one of
        now: so the first is kept, and each that finds the clock set."""
        session.changes.machine[f"looked:{self.channel}"] = {
            "now": beat.now.isoformat(),
            "passed": beat.passed,
            "lookback": self._lookback.total_seconds(),
            "until": self._looks_back_until,
        }

    # --- what rates do to lateness ---

    def excused(self, row: Message) -> Message:
        """The row, no later for having waited for a rate."""
        return row if self._stretch is None else self._stretch.excuses(row)

    def is_through(self, session: Session) -> None:
        """Nothing waits for the rates any more, or something else holds it up now."""
        if self._stretch is None:
            return
        self._stretch = None
        self._save(session)

    @property
    def _memory(self) -> str:
        return f"limited:{self.channel}"

    def _kept_stretch(self, session: Session, beat: Beat) -> Stretch:
        """A stretch that this process begins, or goes on with where one before it has stopped just now."""
        kept = session.tx.machine(self._memory) if self._saved is None else None
        if kept is not None:
            seen = datetime.fromisoformat(kept["seen"])
            if timedelta(0) <= beat.now - seen <= limits.AWAY:
                return Stretch(datetime.fromisoformat(kept["since"]), beat)
        return Stretch(beat.now, beat)

    def _save(self, session: Session) -> None:
        if self._stretch is None:
            if self._saved is not None:
                session.changes.machine[self._memory], self._saved = None, None
        elif self._saved is None or session.now - self._saved >= _SAVE:
            session.changes.machine[self._memory] = {
                "since": self._stretch.since.isoformat(),
                "seen": session.now.isoformat(),
            }
            self._saved = session.now

    # --- days ---

    def judge(self, session: Session, row: Message, address: str) -> Verdict | None:
        """What the limits of the day say to a row that the policy lets out; None when it may go."""
        for limit in self._day_limits(session, row, address):
            if limit.most is None or self._left_of(session, limit) > 0:
                continue
            turn = limits.turn_of_day(session.now, session.zone)
            if limit.reason == CEILING:
                self.holds_until = turn
                return Verdict(Answer.HOLD, CEILING)
            return Verdict(Answer.LATER, limit.reason, until=turn)
        return None

    def spend(self, session: Session, row: Message, address: str) -> list[Use]:
        """Counts a row that goes out now; answers the uses of this day, to be given back when it was not
        sent."""
        day = limits.day_of(session.now, session.zone)
        uses = [(limit.name, day) for limit in self._day_limits(session, row, address)]
        for use in uses:
            if use in self._left:
                self._left[use] -= 1
        self._count(session, uses, day)
        for rate in session.rules.rates.get(self.channel, ()):
            slot = limits.slot_of(session.now, rate.seconds)
            session.changes.used[limits.rate_name(self.channel, rate), slot] += 1
        return uses

    def give_back(self, changes: Changes, uses: Sequence[Use]) -> None:
        """What was not sent leaves the day its room: what it kept out may go out after all."""
        changes.used.subtract(uses)
        if any(name == limits.ceiling_name(self.channel) for name, _ in uses):
            self._released_for = None

    def _count(self, session: Session, uses: Iterable[Use], day: int) -> None:
        for name, slot in uses:
            session.changes.used[name, slot] += 1
            if self._swept.get(name) != day:
                session.tx.forget_used(name, day - _KEPT_DAYS)
                self._swept[name] = day

    def _day_limits(self, session: Session, row: Message, address: str) -> list[DayLimit]:
        today = session.now.astimezone(session.zone).date()
        return limits.day_limits(session.rules, row, address, today)

    def _left_of(self, session: Session, limit: DayLimit) -> int:
        """Read once in a claim; what the claim itself spends is counted off."""
        use = (limit.name, limits.day_of(session.now, session.zone))
        if use not in self._left:
            # What serves the person never asks, but counts: it may have gone out in this claim before.
            spent = session.tx.used(*use) + session.changes.used[use]
            self._left[use] = (limit.most or 0) - spent
        return self._left[use]

    # --- the ceiling ---

    def release(self, session: Session) -> None:
        """Rule 22: when the day turns, or the ceiling is raised, what it holds goes out in its order: so many
        as have room today."""
        most = session.rules.ceilings.get(self.channel, 0)
        turn = (limits.day_of(session.now, session.zone), most)
        if self._released_for == turn:
            return
        quota = self._quota_of(session, turn)
        asked = min(quota, self._context.batch)
        rows = session.tx.held_messages(CEILING, max(asked, 1), channel=self.channel)
        self._let_go(session, rows[:asked])
        self._quota = (turn, quota - len(rows[:asked]))
        if len(rows) < asked or quota == asked:
            # What has no room today waits for the next turn of the day.
            self._released_for, self._quota = turn, None
            over = len(rows) >= max(asked, 1)
            self.holds_until = limits.turn_of_day(session.now, session.zone) if over else None

    def _quota_of(self, session: Session, turn: _Turn) -> int:
        """How many are still to be let go at this turn."""
        if self._quota is not None and self._quota[0] == turn:
            return self._quota[1]
        day, most = turn
        if not most:
            return limits.MOST
        return max(most - session.tx.used(limits.ceiling_name(self.channel), day), 0)

    def _let_go(self, session: Session, rows: Sequence[Message]) -> None:
        for row_id, walk in walks_of(session, rows).items():
            row = walk.facts.messages[row_id]
            release(walk, row, late_again(walk, row))
            walk.finish()
        session.write()
