"""Rehearsal: the real engine over real people on a clock that jumps, with nothing sent.

Deciders, policy, limits and texts are those of life. Only three things are not: time passes at once, the
channels are mute, and people react by dice. A function over ports: where people come from and where all of it
is kept meanwhile is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from app.engine.audience import Audience
from app.engine.diary import DECIDE, Diary
from app.engine.dispatch import Dispatcher
from app.engine.outside import Happening, Mute, Outside
from app.engine.tallying import Counting
from app.engine.tick import tick
from app.model.errors import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.context import Context
    from app.engine.plan import Plan
    from app.model.journey import Changes
    from app.model.ports import Channel
    from app.model.rehearsing import Played

_LOOK_EVERY: Final = 200
"""After so many moments it is asked whether to go on."""


class JumpingClock(Protocol):
    """A clock that stands until it is told to jump."""

    def now(self) -> datetime: ...

    def jump(self, moment: datetime) -> None: ...


class CancelledError(RefusedError):
    """Somebody does not want to know any more."""

    def __init__(self) -> None:
        super().__init__("The rehearsal was stopped.")


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a rehearsal is given. The flow is not published yet: ``open`` does it, when all are there to
    see."""

    context: Context
    clock: JumpingClock
    """The context's own."""
    plan: Plan
    """The version that is rehearsed."""
    flow_id: int
    channels: Sequence[Channel]
    """They make the texts."""
    page_channels: Sequence[Channel]
    """The same for what waits on a page or for a person who calls."""
    script: Iterable[Happening]
    audience: Audience
    until: datetime
    open: Callable[[], object]
    """Puts the flow live."""
    progress: Callable[[float], object] = lambda _: None
    """Is told the share that is done."""
    cancelled: Callable[[], bool] = lambda: False


def rehearse(stage: Stage) -> Played:
    """Plays until the end of the time; raises CancelledError when nobody wants to know any more."""
    return _Play(stage).run()


class _Play:
    def __init__(self, stage: Stage) -> None:
        context = stage.context
        self._stage, self._context = stage, context
        self._begun = context.clock.now()
        self._counting = Counting(stage.flow_id, context.zone, context.places)
        self._outside = Outside(
            context,
            stage.script,
            stage.audience,
            stage.page_channels,
            key=stage.plan.key,
            listener=self._counting,
        )
        self._dispatchers = [Dispatcher(context, Mute(one, self._outside)) for one in stage.channels]
        self._diary = Diary(frozenset(one.channel.name for one in self._dispatchers))
        self._again = False
        """Whether there may be more to decide at this moment."""

    def run(self) -> Played:
        self._context.witness = self._see
        try:
            self._stage.open()
            # What the store knew before is due whenever that is; from now on everything is noted.
            self._diary.note(self._begun)
            self._go()
        finally:
            self._context.witness = None
        return self._counting.played(self._outside.events)

    def _see(self, changes: Changes) -> None:
        # A door that goes through many people may have to wait for others that are looked at first.
        self._again |= bool(changes.rechecks or changes.schedules or changes.dated)
        self._diary.hear(changes)
        self._outside.hear(changes)
        self._counting.hear(changes)

    def _go(self) -> None:
        moments = 0
        while (moment := self._next()) is not None and moment < self._stage.until:
            if moments % _LOOK_EVERY == 0:
                self._tell(moment)
            moments += 1
            self._stage.clock.jump(moment)
            self._outside.act(moment)
            self._work(moment)
        self._stage.progress(1.0)

    def _tell(self, moment: datetime) -> None:
        if self._stage.cancelled():
            raise CancelledError
        whole = (self._stage.until - self._begun).total_seconds()
        self._stage.progress(max((moment - self._begun).total_seconds() / whole, 0.0) if whole > 0 else 1.0)

    def _next(self) -> datetime | None:
        found = (self._diary.next_at, self._outside.next_at)
        return min((one for one in found if one is not None), default=None)

    def _work(self, now: datetime) -> None:
        """As ``Engine.until_idle``, but only what the diary says there is to do."""
        while due := self._diary.take(now):
            if DECIDE in due:
                self._decide()
            due |= self._diary.take(now)
            for one in self._dispatchers:
                if one.channel.name in due:
                    one.round()
                    self._note_rest(one, now)

    def _decide(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            self._again |= tick(self._context) >= self._context.batch

    def _note_rest(self, one: Dispatcher, now: datetime) -> None:
        """Until when a limit holds the channel up, and when the day turns for what is held."""
        for at in (one.rests_until(now), one.allowance.holds_until):
            if at is not None and at > now:
                self._diary.note(at, one.channel.name)
