"""One row, one write: what a transaction changes several times is folded into its last value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model.journey import Changes, JournalLine, Journey, Message


@dataclass(frozen=True, slots=True)
class Folded:
    """Journeys, messages and journal of a ``Changes``, each row once."""

    started: Sequence[Journey]
    moved: Sequence[tuple[Journey, int]]
    queued: Sequence[Message]
    messages: Sequence[Message]
    journal: Sequence[JournalLine]
    lost: Sequence[int] = ()
    """Journeys whose moves contradict each other."""

    def without(self, lost: Iterable[int]) -> Folded:
        """The same without what belongs to these journeys."""
        out = frozenset(lost)
        return replace(
            self,
            queued=[one for one in self.queued if one.journey_id not in out],
            messages=[one for one in self.messages if one.journey_id not in out],
            journal=[one for one in self.journal if one.journey_id not in out],
        )


def fold(changes: Changes) -> Folded:
    """The last value of each row, with the step a moved journey must still have in the database."""
    started = {one.id: one for one in changes.started}
    moved: dict[int, tuple[Journey, int]] = {}
    lost: list[int] = []
    for new, was in changes.moved:
        before = started.get(new.id) or (moved[new.id][0] if new.id in moved else None)
        if before is not None and before.step != was:
            lost.append(new.id)
        elif new.id in started:
            started[new.id] = new
        else:
            moved[new.id] = (new, moved[new.id][1] if new.id in moved else was)
    queued = {one.id: one for one in changes.queued}
    messages: dict[int, Message] = {}
    for one in changes.messages:
        (queued if one.id in queued else messages)[one.id] = one
    return Folded(
        list(started.values()),
        list(moved.values()),
        list(queued.values()),
        list(messages.values()),
        changes.journal,
        lost,
    )
